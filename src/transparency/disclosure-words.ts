/**
 * The words by which a disclosure is known, by language; phrases divided by `|`. A new language is a new row. Of a
 * language without a row the words of all rows are tried.
 */

export type Words = {
  /** What names a machine or AI. */
  readonly computer: readonly string[]
  readonly person: readonly string[]
  /** What offers a way: say, type, choose, would you like … */
  readonly offer: readonly string[]
  readonly not: readonly string[]
  /** Speaking, chatting with: after it stands who speaks. */
  readonly contact: readonly string[]
  readonly read: readonly string[]
}

const list = (words: string): readonly string[] => words.split('|')

const wordsByLanguage: Readonly<Record<string, Words>> = {
  nl: {
    computer: list(
      'computer|computerprogramma|kunstmatige intelligentie|robot|chatbot|voicebot|spraakcomputer|machine',
    ),
    person: list('medewerker|medewerkster|mens|persoon|collega|iemand'),
    offer: list(
      'zeg|zegt|typ|typt|kies|kiest|druk|drukt|toets|toetst|antwoord|antwoordt|vraag|vraagt|wilt|wil|liever|bel|mail|kunt|kan|mag|klik|krijgt',
    ),
    not: list('geen|niet|nooit|zonder'),
    contact: list('spreekt|chat|praat|belt|spreek|mailt'),
    read: list('gelezen|goedgekeurd|gecontroleerd|nagekeken|leest'),
  },
  en: {
    computer: list(
      'computer|computer program|computer programme|artificial intelligence|robot|chatbot|voicebot|bot|machine',
    ),
    person: list(
      'person|human|member of staff|staff|employee|colleague|agent|someone|representative|advisor|adviser|people',
    ),
    offer: list('say|type|choose|press|reply|ask|want|would|rather|prefer|call|mail|email|can|may|click|request'),
    not: list("not|no|never|without|isn't|aren't|don't|can't|cannot|won't"),
    contact: list('speaking|talking|chatting|speak|talk|chat'),
    read: list('read|approved|checked|reviewed'),
  },
  de: {
    computer: list(
      'computer|computerprogramm|künstliche intelligenz|künstlicher intelligenz|künstlichen intelligenz|ki|roboter|chatbot|maschine',
    ),
    person: list('mensch|menschen|mitarbeiter|mitarbeiterin|person|jemand|jemandem'),
    offer: list('sagen|tippen|schreiben|wählen|drücken|antworten|fragen|möchten|wollen|lieber|können|rufen'),
    not: list('kein|keine|keinem|keinen|nicht|ohne|nie'),
    contact: list('sprechen|chatten|reden'),
    read: list('gelesen|geprüft|freigegeben'),
  },
  fr: {
    computer: list('ordinateur|intelligence artificielle|ia|robot|chatbot|machine'),
    person: list("personne|humain|conseiller|conseillère|collaborateur|quelqu’un|quelqu'un|employé"),
    offer: list('dites|tapez|choisissez|appuyez|répondez|demandez|voulez|souhaitez|préférez|pouvez|appelez|écrivez'),
    not: list('pas|aucun|aucune|sans|jamais'),
    contact: list('parlez|discutez|échangez'),
    read: list('lu|relu|approuvé|vérifié'),
  },
  es: {
    computer: list('ordenador|computadora|inteligencia artificial|ia|robot|chatbot|máquina'),
    person: list('persona|humano|empleado|empleada|agente|alguien|asesor'),
    offer: list('diga|escriba|elija|pulse|responda|pida|quiere|desea|prefiere|puede|llame'),
    not: list('no|ninguna|ningún|sin|nunca'),
    contact: list('habla|hablando|chatea|chateando'),
    read: list('leído|aprobado|revisado'),
  },
  pl: {
    computer: list(
      'komputer|komputerem|sztuczna inteligencja|sztuczną inteligencją|sztucznej inteligencji|robot|robotem|chatbot|chatbotem',
    ),
    person: list(
      'człowiek|człowiekiem|człowieka|osoba|osobą|pracownik|pracownikiem|pracownika|konsultant|konsultantem|konsultanta',
    ),
    offer: list('powiedz|napisz|wpisz|wybierz|naciśnij|odpowiedz|chcesz|woli|wolisz|może|możesz|proszę|zadzwoń'),
    not: list('nie|bez|nigdy|żaden'),
    contact: list('rozmawia|rozmawiasz|czatuje|czatujesz'),
    read: list('przeczytał|przeczytała|sprawdził|sprawdziła'),
  },
  tr: {
    computer: list('bilgisayar|bilgisayarla|yapay zekâ|yapay zeka|robot|robotla|sohbet robotu'),
    person: list('insan|insanla|kişi|kişiyle|çalışan|çalışanla|çalışanımız|temsilci|temsilciyle|görevli|görevliyle'),
    offer: list('deyin|söyleyin|yazın|seçin|basın|yanıtlayın|ister|istiyorsanız|isterseniz|arayın'),
    not: list('değil|değilsiniz|yok|hiç'),
    contact: list('konuşuyorsunuz|yazışıyorsunuz|görüşüyorsunuz'),
    read: list('okudu|onayladı|kontrol etti'),
  },
}

const everyLanguage: Words = {
  computer: Object.values(wordsByLanguage).flatMap(({ computer }) =>
    computer.filter((word) => word !== 'ki' && word !== 'ia'),
  ),
  person: Object.values(wordsByLanguage).flatMap(({ person }) => person),
  offer: Object.values(wordsByLanguage).flatMap(({ offer }) => offer),
  not: ['geen', 'niet', 'not', 'nicht', 'kein'],
  contact: [],
  read: [],
}

export function wordsFor(language: string): Words {
  return wordsByLanguage[language.slice(0, 2).toLowerCase()] ?? everyLanguage
}

/** `geen mens, maar een computer`: what is denied ends at "but" or at a comma. */
export const contrast: ReadonlySet<string> = new Set(list('maar|but|sondern|mais|sino|lecz|ale|fakat|wel|,'))

/** Before a word for a person: then it is none, such as an AI agent or a digital colleague. */
export const made: ReadonlySet<string> = new Set(
  list(
    'ai|virtueel|virtuele|digitaal|digitale|automatische|kunstmatige|virtual|digital|automated|artificial|virtueller|virtuelle|digitaler|automatischer|virtuel|numerique|computer|robot',
  ),
)

/** Between speaking and with whom. */
export const towards: ReadonlySet<string> = new Set(list('met|with|to|mit|avec|con|z'))
