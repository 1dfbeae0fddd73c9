/** Small closed lists of words with a part in the talk around numbers, dates and places. */

/** Sounds and words inside a number that is being said; they part it in pieces, nothing more. */
export const fillers =
  'eh euh uh uhm ehm um umm erm er ah hm hmm ja yes yeah yep ok okay oke dan then en and streepje spatie dash space hyphen schuin slash haakje plus daarna vervolgens even'

/** Someone takes back what was just said; the number goes on after it. */
export const corrections = `
nee; nee wacht; nee sorry; wacht; wacht even; even kijken; even denken; momentje; sorry; oh nee; o nee; ik bedoel; pardon; of nee; fout; nee fout; nee wacht even; foutje; correctie;
no; no wait; no sorry; sorry no; wait; hang on; hold on; let me see; let me check; one sec; i mean; sorry i mean; oh no; make that; scratch that; correction; oops; my mistake`

/** Yes, no and the like: what an agent hears instead of the datum asked for. Never a name. */
export const replies = `
ja nee jawel okay ok oke prima goed klopt inderdaad juist zeker natuurlijk momentje moment wacht even zo ogenblikje bedankt dank sorry weet niet geen idee liever straks later waarom hoezo wat hallo graag akkoord uiteraard tuurlijk yep yes no nope yeah sure fine right correct exactly indeed please thanks thank hold sec second minute why what hello hi maybe dunno never nothing none niets niemand geen ontvangen done gedaan klaar begrepen understood perfect great stop certainly absolutely definitely indeed gladly zeker absoluut hii hiii hey heyy helo helloo okok okey okee kk thx thnx thanx tx pls plz bye byee doei doeg houdoe toedeloe later jep yup nah haha hihi lol wow omg oky okk ohh ooh aha hmmm yess yesss nope nopee gud mrng thankyou maam`

export const months: readonly (readonly [number, string])[] = [
  [1, 'januari january jan'],
  [2, 'februari february feb'],
  [3, 'maart march mrt mar'],
  [4, 'april apr'],
  [5, 'mei may'],
  [6, 'juni june jun'],
  [7, 'juli july jul'],
  [8, 'augustus august aug'],
  [9, 'september sept sep'],
  [10, 'oktober october okt oct'],
  [11, 'november nov'],
  [12, 'december dec'],
]

/** After a number these make it an amount, a measure, a time or a count. */
export const units = `
euro euros eur cent cents pond pounds pound quid dollar dollars usd gbp pence procent percent pct btw
dag dagen dagelijks week weken maand maanden kwartaal jaar jaren uur uren minuut minuten min seconde seconden keer maal
day days weeks month months quarter years year hour hours hrs minute minutes mins second seconds sec times time o'clock oclock am pm night nights
meter meters km kilometer kilometers kilo kg gram liter litre litres mm cm inch inches miles mile kwh kw watt volt ampere ghz mhz gb mb tb mbit mbps kuub m2 m3 m graden degrees percentage
stuks stuk personen persoon mensen volwassenen volwassene kinderen kind klanten medewerkers bezoekers leden werknemers berichten mails keren punten zegels
people persons adults adult children child customers users visitors members employees staff pieces items units packs boxes messages emails calls bags points miles followers
pageviews views hits clicks kliks bezoeken visits requests downloads impressies impressions transacties transactions regels rijen rows records stappen steps euro's pagina's pages foto's photos`

/** Before a number these make it an amount of money. */
export const currencySigns = '€ $ £ ¥'

/** A place, not a person, follows. */
export const placePrepositions =
  'in naar te uit richting vanuit nabij rond near around across within throughout from at via'

/** What ends the name of a street, written as one word (Dutch) or apart (English). */
export const streetEndings =
  'straat straatje laan weg wegje plein gracht kade dijk singel hof park dreef steeg pad plantsoen wal markt baan boulevard burg dam eind erf gaarde haven heuvel hoeve horst kamp kant kwartier oever oord poort ring rode rijn sloot spoor sluis stede terp tuin veld veste vliet weide wijk zoom zijde'

/** Dutch street endings that are common at the end of other words too; they need a house number and a capital or a cue. */
export const looseStreetEndings =
  'burg dam eind haven heuvel kamp kant markt oever park pad ring rode rijn spoor sluis tuin veld wal wijk baan zijde hof weide poort oord dijk horst'

export const streetWords =
  'street st road rd lane ln avenue ave av drive dr close court ct way place pl terrace crescent cres gardens square sq row grove hill mews walk rise view boulevard blvd parkway pkwy highway hwy circle cir trail crossing green plaza embankment quay parade wharf approach mead meadow park gate bank end broadway turnpike loop'

/** What a street is called before its name ("rue des Lilas 4", "ul. Polna 7"): in French, Spanish, Italian, Portuguese, Slavic languages. */
export const streetsBefore =
  'rue allee boulevard chemin impasse quai calle avenida avda plaza paseo carrer camino via viale corso piazza vicolo rua travessa praca estrada ul ulica ulice aleja plac trg strada bulevardul jalan avenue place route platz'

/** And after it ("Petőfi utca 5", "Atatürk caddesi 12"): in Hungarian and Turkish. */
export const streetsAfter = 'utca utja ter tere korut sokak sokagi caddesi cad bulvari mahallesi'

/** Ends of streets written as one word with their name, in the Nordic countries, Finland and Germany. */
export const streetEndingsAbroad =
  'gatan gata vagen gade vej vejen veien katu kuja polku strasse gasse allee platz damm ufer vegur stigur straede torget'

/** Where somebody lives, was or comes from follows these. */
export const homes =
  'kamer huis huur flat appartement room house apartment wohne woon wonen woont woonde woonachtig gevestigd live lives living lived based moved verhuisd verhuis gestolen stolen geboren born afkomstig originally kom komt come comes resident'
export const into = 'in te uit from near naar to van nabij'

/** After the people that somebody is of: "van Marokkaanse afkomst". */
export const descents = 'afkomst komaf origine roots descent heritage origin ancestry background'

/** A part of a building. */
export const unitWords = 'flat apartment apt suite ste unit room floor huis bus appartement kamer etage verdieping box'

/** Additions to a Dutch house number. */
export const houseAdditions = 'hs huis bis zwart rood wit boven beneden i ii iii iv a b c d e f g h k'

/** Words that spell a letter: the ICAO alphabet and the Dutch one. */
export const spellingWords = `
alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november oscar papa quebec romeo sierra tango uniform victor whiskey whisky xray yankee zulu
anton anna bernard bernhard cornelis dirk eduard ferdinand gerard hendrik izaak isaac jan johan johannes karel lodewijk marie maria nico otto pieter quotient quirinus rudolf richard simon teunis tinus theodor utrecht victor willem xantippe xavier ypsilon ijmuiden zaandam zacharias`

/** Parts of an e-mail address that is said. */
export const saidAt = 'apenstaart apenstaartje apestaart apestaartje at ad'
export const saidDot = 'punt dot point stip'
export const saidMark = 'underscore streepje dash hyphen koppelteken liggend laag minteken plus'
