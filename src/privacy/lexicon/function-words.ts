/**
 * Words that are never a name when they stand in lower case: articles, pronouns, prepositions, conjunctions, auxiliaries and
 * the small words of talk. Closed lists, one per language; case and diacritics are folded.
 */
export const functionWords = {
  nl: `
de het een der des die dat dit deze zo'n wat wie welk welke waar waarom wanneer hoe hoeveel hoelang
ik jij je u hij zij ze wij we jullie hen hun hem haar mij me jou ons zich zichzelf mezelf uzelf jezelf
mijn jouw uw zijn onze m'n z'n d'r men iemand niemand iedereen alles niets niks iets elk elke ieder iedere ander andere anderen
en of maar want dus noch toen terwijl omdat doordat zodat indien als dan tenzij hoewel ofschoon nadat voordat zodra zolang
van in op aan met bij voor uit naar over om te tot door onder boven achter tussen tegen tegenover tijdens sinds vanaf vanuit via per
zonder binnen buiten rond langs naast volgens wegens vanwege ondanks behalve namens omtrent qua richting binnenin vlakbij
er hier daar ergens nergens overal waarin waarop waarmee waarvan waarvoor daarin daarop daarmee daarvan daarvoor daarom daarna daarbij
hierin hierop hiermee hiervan hiervoor hierbij erin erop ermee ervan ervoor erbij eruit eraf eraan
ben bent is was waren wees geweest word wordt worden werd werden geworden heb hebt heeft hebben had hadden gehad
kan kun kunt kunnen kon konden gekund mag mogen mocht mochten moet moeten moest moesten wil wilt willen wilde wilden wou
zal zul zult zullen zou zouden zoudt ga gaat gaan ging gingen gegaan doe doet doen deed deden gedaan laat laten liet lieten
kom komt komen kwam kwamen gekomen blijf blijft blijven bleef bleven gebleven
niet geen nee ja jawel wel al nog nooit ooit altijd soms vaak meestal steeds weer opnieuw ook zelfs alleen slechts pas net juist
heel erg zeer te veel weinig meer minder meest minst beetje genoeg bijna ongeveer circa precies ruim hooguit minstens
nu straks later eerder vroeger gisteren vandaag morgen overmorgen eergisteren vanochtend vanmiddag vanavond vannacht nogmaals
zo toch even eens maar hoor dus immers namelijk eigenlijk echt misschien wellicht mogelijk natuurlijk gewoon helaas gelukkig
hallo hoi dag goedemorgen goedemiddag goedenavond goedendag welkom bedankt dank dankjewel dankuwel graag alstublieft alsjeblieft svp aub
oke ok prima goed mooi fijn top sorry pardon oeps nou tja eh euh uh uhm ehm hm hmm oh ah ach zeg kijk
mevrouw meneer mijnheer mw mevr dhr heer heren dames dame
af toe mee heen terug weg neer samen elkaar zelf eigen
eenen tweeen drieen vieren vijven zessen zevenen achten negenen tienen elven twaalven
`,
  en: `
the a an this that these those what which who whom whose where when why how
i you he she it we they me him her us them my your his its our their mine yours hers ours theirs myself yourself himself herself itself
someone somebody anyone anybody everyone everybody noone nobody something anything everything nothing one ones other others another each every
and or but so nor yet because since although though while whereas unless until if than then whether once
of in on at as to for from by with about into onto over under between through during before after above below against among around
without within along across behind beyond near off out up down upon toward towards via per regarding concerning except despite like
here there somewhere anywhere everywhere nowhere
am is are was were be been being have has had having do does did done doing can could may might must shall should will would
cannot can't couldn't don't doesn't didn't won't wouldn't isn't aren't wasn't weren't haven't hasn't hadn't shouldn't ain't
get gets got gotten getting go goes went gone going come comes came coming let lets put puts make makes made making take takes took taken
not no yes yeah yep yup nope nah never ever always often sometimes usually again also even only just too very really quite rather
much many more most less least few little bit enough almost about exactly maybe perhaps possibly probably actually basically
now today tomorrow yesterday tonight soon later earlier already still yet ago
hello hi hey hiya good morning afternoon evening night bye goodbye thanks thank cheers please sorry pardon welcome
okay ok fine sure right well great lovely brilliant perfect oh ah er erm um umm uh huh hmm hm mm
mr mrs ms miss mister madam sir
using used im ive id ill its youll youd youve weve well hes shes hasnt hadnt havnt wouldnt shouldnt couldnt arent werent yall thats whats dont doesnt didnt cant wont isnt wasnt havent youre theyre theres heres
all any some both either neither none such same own itself else alot
whatever whichever whoever whenever wherever however nevertheless otherwise instead meanwhile
s t m re ll ve d don won isn doesn didn aren couldn wouldn shouldn hasn haven hadn wasn weren ain
`,
} as const

/** "daardoor", "hierover", "waarna": every place with every preposition. */
export const pronominalAdverbs = 'daar hier waar er'
  .split(' ')
  .flatMap((place) =>
    'aan achter af bij binnen boven buiten door heen in langs mee na naar naast om onder op over tegen toe tot tussen uit van vandaan voor'
      .split(' ')
      .map((preposition) => place + preposition),
  )
  .join(' ')
