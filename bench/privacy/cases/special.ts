/**
 * Special categories (GDPR 9 and 10) and sentences that only look like them. One a line: language, a bar, the text; what says it
 * is labelled. Lines at even places are for development, the others are held out.
 */
export const special = `
nl|Ik ben net geopereerd en [HEALTH:herstel van een operatie], kan het later?
nl|Ik kom net [HEALTH:uit het ziekenhuis] en kan niet betalen.
nl|Mijn vrouw heeft [HEALTH:borstkanker] en wordt [HEALTH:bestraald].
nl|Bij mijn zoon is [HEALTH:leukemie] vastgesteld.
nl|Door mijn [HEALTH:reumatoïde artritis] kan ik de verpakking niet openen.
nl|Vanwege [HEALTH:osteoporose] mag ik niet tillen.
nl|Ik heb [HEALTH:fibromyalgie] en ben snel moe.
nl|Hij lijdt aan [HEALTH:neuropathie] in zijn voeten.
nl|Mijn moeder heeft [HEALTH:beginnende dementie] en raakt in de war.
nl|Mijn vader heeft de [HEALTH:ziekte van Parkinson].
nl|Ik zit al maanden thuis met een [HEALTH:burn-out].
nl|Ik ben [HEALTH:overspannen] en loop bij een [HEALTH:psycholoog].
nl|Ik slik [HEALTH:antidepressiva] en vergeet soms te betalen.
nl|Ik gebruik [HEALTH:medicatie] waardoor ik niet mag rijden.
nl|Ik heb last van [HEALTH:paniekaanvallen] en bel liever niet.
nl|Wegens een [HEALTH:angststoornis] doe ik alles schriftelijk.
nl|Ik ben [HEALTH:vijf maanden zwanger] en mag niet vliegen.
nl|Wij zijn [HEALTH:in verwachting] van ons eerste kind.
nl|Mijn partner is vorige week [HEALTH:bevallen].
nl|Na een [HEALTH:miskraam] heb ik alles afgezegd.
nl|Ik zit [HEALTH:in een rolstoel], is de ingang toegankelijk?
nl|Ik loop [HEALTH:met een rollator] en de trap is lastig.
nl|Ik ben [HEALTH:slechthorend], kan het per chat?
nl|Ik ben [HEALTH:blind] en gebruik een schermlezer.
nl|Mijn dochter heeft een [HEALTH:verstandelijke beperking].
nl|Onze zoon heeft [HEALTH:het syndroom van Down].
nl|Ik heb [HEALTH:adhd] dus zo'n lange brief lees ik niet.
nl|Omdat ik [HEALTH:autistisch] ben wil ik graag een vast contactpersoon.
nl|Ik krijg een [HEALTH:Wajong]-uitkering.
nl|Ik zit [HEALTH:in de ziektewet] sinds maart.
nl|Mijn man is [HEALTH:verslaafd aan] gokken.
nl|Hij zit [HEALTH:in een afkickkliniek] tot de zomer.
nl|Ik heb [HEALTH:suikerziekte] en moet op tijd eten.
nl|Ik ben [HEALTH:hiv-positief], heeft dat gevolgen voor de polis?
nl|Mijn broer heeft een [HEALTH:zelfmoordpoging] gedaan.
nl|Ik had [HEALTH:zelfmoordgedachten] door die brieven.
nl|Ik ben al weken [HEALTH:ziek thuis].
nl|Ik heb [HEALTH:long covid] en kan nauwelijks werken.
nl|Ik heb een [HEALTH:hartinfarct] gehad.
nl|Ze kreeg een [HEALTH:hersenbloeding] in april.
nl|Wij zijn [BELIEF:moslim] en eten geen varken.
nl|Ik ben [BELIEF:christen] en bel op zondag niet.
nl|Op vrijdagmiddag ga ik [BELIEF:naar de moskee].
nl|Zondags gaan wij [BELIEF:naar de kerk].
nl|Ik ben [BELIEF:streng gereformeerd] opgevoed.
nl|Ons gezin is [BELIEF:joods] en viert geen kerst.
nl|Tijdens de [BELIEF:ramadan] ben ik pas laat bereikbaar.
nl|Vanwege de [BELIEF:sabbat] kan ik zaterdag niet.
nl|Ik draag een [BELIEF:hoofddoek] op de pasfoto.
nl|Ik ben [BELIEF:bekeerd tot] de islam.
nl|Ik ben [UNION:lid van de vakbond] en die helpt mij.
nl|Ik ben [UNION:lid van het CNV].
nl|De jurist [UNION:van mijn vakbond] kijkt mee.
nl|Ik ben [UNION:kaderlid] bij de FNV.
nl|Mijn broer [CRIME:zit in de gevangenis] in Vught.
nl|Hij zit [CRIME:in voorarrest] en kan niet bellen.
nl|Ik ben [CRIME:veroordeeld voor] fraude in 2019.
nl|Ik heb een [CRIME:strafblad], kan ik dan huren?
nl|Ik draag een [CRIME:enkelband] tot maart.
nl|Mijn zoon is gisteren [CRIME:gearresteerd].
nl|Ik sta onder toezicht van de [CRIME:reclassering].
nl|Ik moet nog een [CRIME:taakstraf] doen.
nl|Ik ben [ORIENT:lesbisch] en mijn vriendin wil ook op de polis.
nl|Ik ben [ORIENT:homoseksueel], telt mijn man als partner?
nl|Ik ben [ORIENT:transgender] en heb een andere naam.
nl|Mijn kind is [ORIENT:non-binair], dus geen meneer.
nl|Wij zijn [ORIENT:twee moeders] met een zoon.
nl|Ik ben net [ORIENT:uit de kast] gekomen.
nl|Ik ben [ORIGIN:van Marokkaanse afkomst] en werd geweigerd.
nl|Mijn man is [ORIGIN:van Surinaamse komaf].
nl|Ik ben [ORIGIN:vluchteling] en heb nog geen rekening.
nl|Wij zijn [ORIGIN:statushouders] en zoeken een woning.
nl|Ik ben hier geweigerd om mijn [ORIGIN:huidskleur].
nl|Ik heb een [ORIGIN:migratieachtergrond].
nl|Ik ben [POLITICS:lid van GroenLinks] en wil groene stroom.
nl|Ik ben [POLITICS:lid van de VVD].
nl|Ik [POLITICS:stem op de SP], dus dit tarief stoort me.
nl|Wij [POLITICS:stemmen PVV] hier in de straat.
nl|Ik ben [POLITICS:raadslid voor] het CDA.
nl|Ik voer [POLITICS:campagne voor] D66.
en|I've just had an operation and I'm [HEALTH:recovering from surgery].
en|I'm only just [HEALTH:out of hospital] and can't pay yet.
en|My wife has [HEALTH:breast cancer] and is [HEALTH:having radiotherapy].
en|My son was diagnosed with [HEALTH:leukaemia].
en|My [HEALTH:rheumatoid arthritis] makes the packaging impossible.
en|Because of [HEALTH:osteoporosis] I can't lift it.
en|I have [HEALTH:fibromyalgia] and get tired quickly.
en|He suffers from [HEALTH:neuropathy] in his feet.
en|My mother has [HEALTH:early dementia] and gets confused.
en|My dad has [HEALTH:Parkinson's].
en|I've been signed off with [HEALTH:burnout].
en|I'm under a lot of strain and [HEALTH:seeing a psychologist].
en|I'm on [HEALTH:antidepressants] and forget to pay.
en|I take [HEALTH:medication] so I can't drive.
en|I get [HEALTH:panic attacks] so I'd rather not ring.
en|I have an [HEALTH:anxiety disorder], please write to me.
en|I'm [HEALTH:five months pregnant] and can't fly.
en|We're [HEALTH:expecting a baby] in June.
en|My partner has just [HEALTH:given birth].
en|After the [HEALTH:miscarriage] I cancelled everything.
en|I'm [HEALTH:in a wheelchair], is there a ramp?
en|I walk [HEALTH:with a walking frame], stairs are hard.
en|I'm [HEALTH:hard of hearing], can we do it by chat?
en|I'm [HEALTH:registered blind] and use a screen reader.
en|My daughter has a [HEALTH:learning disability].
en|Our son has [HEALTH:Down's syndrome].
en|I've got [HEALTH:ADHD] so I can't read that letter.
en|As I'm [HEALTH:autistic] I'd like one contact person.
en|I'm on [HEALTH:disability benefit].
en|I've been [HEALTH:off sick] since March.
en|My husband is [HEALTH:addicted to] gambling.
en|He's [HEALTH:in rehab] until summer.
en|I have [HEALTH:type 2 diabetes] and need regular meals.
en|I'm [HEALTH:HIV positive], does that change the policy?
en|My brother made a [HEALTH:suicide attempt].
en|I felt [HEALTH:suicidal] because of those letters.
en|I've been [HEALTH:ill at home] for weeks.
en|I have [HEALTH:long covid] and can hardly work.
en|I had a [HEALTH:heart attack].
en|She had [HEALTH:a brain haemorrhage] in April.
en|We're [BELIEF:Muslim] and don't eat pork.
en|I'm [BELIEF:a Christian] and don't take calls on Sundays.
en|On Friday afternoons I [BELIEF:go to the mosque].
en|We [BELIEF:go to church] on Sundays.
en|I was raised [BELIEF:Catholic].
en|Our family is [BELIEF:Jewish] and doesn't do Christmas.
en|During [BELIEF:Ramadan] you can only reach me late.
en|I can't on Saturday because of the [BELIEF:Sabbath].
en|I wear a [BELIEF:hijab] in my passport photo.
en|I [BELIEF:converted to] Islam last year.
en|I'm a [UNION:trade union member] and they are helping.
en|I'm [UNION:a member of Unison].
en|The lawyer [UNION:from my union] is looking at it.
en|I'm the [UNION:union rep] at our depot.
en|My brother [CRIME:is in prison] in Leeds.
en|He's [CRIME:on remand] and can't ring.
en|I was [CRIME:convicted of] fraud in 2019.
en|I have a [CRIME:criminal record], can I still rent?
en|I'm [CRIME:on an electronic tag] until March.
en|My son was [CRIME:arrested] yesterday.
en|I'm [CRIME:on probation] at the moment.
en|I've got [CRIME:community service] to do.
en|I'm [ORIENT:a lesbian] and my girlfriend wants to be added.
en|I'm [ORIENT:gay], does my husband count as a partner?
en|I'm [ORIENT:transgender] and have a different name now.
en|My kid is [ORIENT:non-binary], so no Mr please.
en|We're [ORIENT:two mums] with a son.
en|I [ORIENT:came out as] bi last year.
en|I'm [ORIGIN:of Nigerian descent] and was turned away.
en|My husband is [ORIGIN:of Caribbean heritage].
en|I'm [ORIGIN:a refugee] and have no account yet.
en|We're [ORIGIN:asylum seekers] looking for a flat.
en|I was refused because of my [ORIGIN:skin colour].
en|I'm from an [ORIGIN:ethnic minority].
en|I'm [POLITICS:a member of the Green Party] and want green power.
en|I'm [POLITICS:a Conservative Party member].
en|I [POLITICS:vote Labour], so this tariff annoys me.
en|We [POLITICS:voted Tory] on our street.
en|I'm [POLITICS:a councillor for] the Liberal Democrats.
en|I'm [POLITICS:campaigning for] the Greens.
`

/** Nothing of a person: topics, brands, streets, figures of speech. */
export const notSpecial = `
nl|Wat een kanker app is dit zeg.
nl|Kankerzooi, het werkt weer niet.
nl|Ik word hier gek van, echt waar.
nl|Ik word ziek van dat wachten.
nl|Wordt fysiotherapie vergoed in het basispakket?
nl|Vergoeden jullie een bril of een gehoorapparaat?
nl|Is de bloedsuikermeter uit de folder nog op voorraad?
nl|Verkopen jullie ook rollators en krukken?
nl|De winkel zit in de Kerkstraat naast de bakker.
nl|Bij de kerk linksaf en dan de eerste rechts.
nl|Mijn god, wat duurt dat lang.
nl|Godzijdank is het opgelost.
nl|Is de kip in de maaltijdbox halal?
nl|Hebben jullie koosjere producten in het assortiment?
nl|Zijn jullie met Pasen en Kerst open?
nl|Wat doen jullie met de Ramadan-aanbieding?
nl|De Europese Unie heeft nieuwe regels voor roaming.
nl|Kan ik betalen via Western Union?
nl|De vakbond staakt, komt mijn pakket nog?
nl|Gaat de staking bij PostNL door?
nl|Er staat een verdachte transactie op mijn rekening.
nl|Ik ben slachtoffer van fraude, wat moet ik doen?
nl|Deze prijs is misdadig hoog.
nl|Het voelt als een straf om te bellen.
nl|De muur is wit en de kast is zwart.
nl|Ik zoek donkere gordijnen in turkse stijl.
nl|Ik heb homogene tegels besteld, geen bonte.
nl|Het signaal is blind voor interferentie, zei de monteur.
nl|De blinde vlek in de app is het menu.
nl|Hij deed of hij doof was, die chatbot.
nl|Mijn handicap bij golf is 24, is er korting?
nl|De depressie boven de Noordzee geeft storm.
nl|Wij stemmen in met de nieuwe voorwaarden.
nl|Ik stem in met het voorstel.
nl|Kan ik stemmen voor het product van het jaar?
nl|De partij goederen is beschadigd.
nl|Welke partij is aansprakelijk, u of de koerier?
nl|De bevalling van deze levering duurt lang zeg.
nl|Het kraambezoekpakket is besteld.
nl|Twee mannen kwamen de wasmachine brengen.
en|This app gives me cancer, honestly.
en|What a sick joke of a service.
en|I'm going mad waiting for you.
en|I'm sick of waiting in the queue.
en|Is physiotherapy covered in the basic plan?
en|Do you cover glasses or a hearing aid?
en|Is the blood sugar monitor in the leaflet in stock?
en|Do you sell wheelchairs and crutches?
en|The shop is on Church Street next to the bakery.
en|Left at the church and then first right.
en|My god, this takes forever.
en|Thank god that's sorted.
en|Is the chicken in the box halal?
en|Do you have kosher products in your range?
en|Are you open at Easter and Christmas?
en|What happened to the Ramadan offer?
en|The European Union has new roaming rules.
en|Can I pay through Western Union?
en|The train from Union Station was late.
en|Is my credit union account affected?
en|There's a suspicious transaction on my account.
en|I'm a victim of fraud, what should I do?
en|These prices are criminal.
en|It feels like a punishment to ring you.
en|The wall is white and the cupboard is black.
en|I'm after dark curtains in a Turkish style.
en|The straight cable, not the curly one.
en|The blinds don't close properly.
en|There's a blind spot in your coverage map.
en|Your chatbot is deaf to what I say.
en|My golf handicap is 24, any discount?
en|A stroke of luck, it arrived today.
en|I vote for keeping the old menu.
en|Can I vote for product of the year?
en|The third party is liable, not me.
en|We had a great party at your restaurant.
en|I was charged with the wrong fee.
en|I say that with conviction.
en|You were a godsend, thank you.
en|Two men came to deliver the washer.
`
