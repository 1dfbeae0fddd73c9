/**
 * Things that go by a name: right before it ("station Zwolle", "tariff Green Saver") or right after ("Paddington station",
 * "the Kallax shelf"). A closed list of what a thing is, never of what it is called; no word that is a verb too ("book").
 */
export const namedThings = `
aanbieder abonnement album app applicatie artiest attractie besturingssysteem bioscoop boekenkast brasserie browser cafe camping
concert eiland festival fabrikant filiaal firma gemeente hotel keten kiosk krant luchthaven
merk metro museum musical netwerk outlet pakket park platform pretpark producent product programma provider pub reeks
regio restaurant roman snelweg sportclub stadion station stichting supermarkt tarief theater tijdschrift toernooi toestel
uitgeverij vereniging vestiging vliegveld voorstelling warenhuis webshop webwinkel wedstrijd winkelcentrum zender ziekenhuis
airport apartments artist branch brand cafe carmaker cinema club  festival gallery hotel hotels inn island library
magazine manufacturer market mixer model movie musical network newspaper novel package playlist podcast programme publisher
resort retailer series shelf soundtrack stadium store supermarket tariff theatre tournament trailer tube university venue website`
