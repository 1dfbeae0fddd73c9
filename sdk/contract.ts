/**
 * What crosses the wire between an application and Waarborg, as its `/v1` routes declare it (openapi.json). Every
 * moment is ISO 8601 with an offset, such as `2026-11-25T14:00:00+01:00`; Waarborg answers in UTC.
 */

export type Channel = 'chat' | 'voice' | 'email' | 'agent_assist' | 'other'

/** Who speaks about what; what is absent takes the AI system's default. */
export type ConversationContext = {
  /** The application's own id of the conversation, or Waarborg's. */
  readonly conversation?: string
  /** The organisation's own customer reference. It is never stored readable. */
  readonly subject?: string
  readonly purpose?: string
  readonly channel?: Channel
  /** BCP 47, such as `nl`. */
  readonly language?: string
}

// -- consents -------------------------------------------------------------------------------------------------------

/** What a customer can answer. An objection is for purposes that do not rest on consent (GDPR art. 21). */
export type ConsentState = 'asked' | 'given' | 'refused' | 'withdrawn' | 'objected' | 'objection_lifted'
export type ConsentGiver = 'customer' | 'representative' | 'staff'
/** The wording as shown or spoken. */
export type Wording = {
  readonly version: string
  readonly language: string
  readonly channel: string
  /** The notice on file that was shown; version, language and channel are then its own (`consent_wording_unknown`). */
  readonly notice?: string
  /** SHA-256 of the words as shown, hexadecimal; refused when the words on file have another. */
  readonly sha256?: string
}

/** `subject`, `conversation` or both say whom it is about; without both it is refused (`subject_needed`). */
export type NewConsent = {
  readonly subject?: string
  readonly conversation?: string
  readonly purpose: string
  /** For this AI system only; absent: for the purpose. */
  readonly system?: string
  readonly state: ConsentState
  /** Telemarketing: the telephone number that the answer is about. It is stored as a keyed hash only. */
  readonly number?: string
  /** Who answered; the customer when absent. */
  readonly by?: ConsentGiver
  /** When it was said; now when absent. A yes from before the last no is refused (`consent_outdated`). */
  readonly at?: string
  /** Only with `given`. */
  readonly expiresAt?: string
  readonly wording: Wording
}

export type LawfulBasis =
  | 'consent'
  | 'contract'
  | 'legal_obligation'
  | 'public_task'
  | 'vital_interests'
  | 'legitimate_interests'

/** What the next call may do with a purpose. `code` is the refusal that it would meet; `event` the answer that decides. */
export type PurposeUse = {
  readonly purpose: string
  readonly basis: LawfulBasis | null
  readonly use: 'allowed' | 'refused'
  readonly code: string | null
  readonly reason: string | null
  readonly event: string | null
}

/** Id of the ledger entry that proves it. */
export type Proof = { readonly event: string }

export type RecordedConsent = {
  readonly id: string
  readonly purpose: string
  readonly state: ConsentState
  readonly at: string
  readonly conversation: string | null
  readonly use: PurposeUse
  readonly proof: Proof
}

export type ConsentQuery = { readonly subject?: string; readonly conversation?: string; readonly purpose?: string }

export type ConsentAnswer = {
  readonly id: string
  readonly purpose: string
  readonly system: string | null
  readonly state: ConsentState | 'expired' | 'superseded'
  readonly at: string
  readonly expiresAt: string | null
  readonly by: ConsentGiver
  /** `onFile`: the words stand in the register of notices, with this hash. */
  readonly wording: {
    readonly version: string
    readonly language: string
    readonly channel: string
    readonly notice: string | null
    readonly sha256: string | null
    readonly onFile: boolean
  }
  readonly conversation: string | null
}

/** Whether a number may be called to sell something; asked with `number`, for purposes of telemarketing. */
export type Dial = {
  readonly purpose: string
  readonly dial: 'allowed' | 'refused'
  readonly ground: 'consent' | 'customer_relation' | null
  readonly code: string | null
  readonly reason: string | null
  readonly event: string | null
}

export type ConsentOverview = {
  readonly events: readonly ConsentAnswer[]
  readonly uses: readonly PurposeUse[]
  readonly dials: readonly Dial[]
}

// -- who may decide for a customer ----------------------------------------------------------------------------------

export type RepresentativeKind = 'guardian' | 'mandate'
/** `guardian`: parent, legal_guardian. `mandate`: the others; an heir can only take back. */
export type Relation = 'parent' | 'legal_guardian' | 'curator' | 'administrator' | 'mentor' | 'authorised' | 'heir'

export type NewRepresentative = {
  readonly subject: string
  readonly kind: RepresentativeKind
  readonly relation: Relation
  /** Absent: for every purpose. */
  readonly purposes?: readonly string[]
  /** Where the evidence is, in the organisation's own files. It is stored under the customer's key. */
  readonly evidence: string
  readonly validUntil?: string
}
export type RecordedRepresentative = {
  readonly id: string
  readonly kind: RepresentativeKind
  readonly recordedAt: string
}
export type EndedRepresentative = { readonly id: string; readonly endedAt: string }

export type Circumstance = 'adult' | 'minor' | 'deceased' | 'represented' | 'unknown'
/** Either of the two: what is known, or a day of birth (`2012-05-31`) from which it follows and which is not kept. */
export type NewCircumstance = {
  readonly subject: string
  readonly circumstance?: Circumstance
  readonly bornOn?: string
}
export type RecordedCircumstance = { readonly circumstance: Circumstance }

// -- rights of a customer -------------------------------------------------------------------------------------------

/** GDPR art. 15, 16, 17, 18, 20 and 21. */
export type RequestKind = 'access' | 'rectification' | 'erasure' | 'restriction' | 'portability' | 'objection'

/** A request that a customer made in the application's own channel. `subject`, `conversation` or both say who asks. */
export type NewRequest = {
  readonly kind: RequestKind
  readonly subject?: string
  readonly conversation?: string
  /** What the customer wrote. */
  readonly words?: string
  /** Rectification: what it should be, and of which turn. */
  readonly shouldBe?: string
  readonly turn?: number
  /** Objection: to which purposes; absent: to all where one is possible. */
  readonly purposes?: readonly string[]
  /** A representative is on record with `representatives.record`, or the request is refused. */
  readonly by?: 'customer' | 'representative'
  /** By which of those records; absent: whichever counts. */
  readonly representative?: string
  /** Your own number of what was shown. */
  readonly mandate?: string
  readonly language?: 'nl' | 'en'
}
export type ReceivedRequest = {
  readonly id: string
  readonly kind: RequestKind
  /** The last day, counted in months and without moving it over a weekend; and with that. */
  readonly dueStrict: string
  readonly dueLatest: string
  /** For the customer. */
  readonly letter: {
    readonly kind: 'received' | 'extended' | 'decided' | 'lifted'
    readonly at: string
    readonly language: 'nl' | 'en'
    readonly subject: string
    readonly paragraphs: readonly string[]
    /** Where the mail with it is; null: it does not go by mail, so bring it another way. */
    readonly mail: 'waiting' | 'sent' | 'undelivered' | null
  }
  /** Id of the ledger entry. */
  readonly receipt: string
}

// -- disclosures ----------------------------------------------------------------------------------------------------

/** That it is AI; or, beside it, that emotions are estimated or people sorted by voice, face or body (AI Act 50(3)). */
export type DisclosureKind = 'ai' | 'emotion' | 'biometric'

/** The platform told the customer that it is AI. Words that leave something out are refused (`disclosure_incomplete`). */
export type NewDisclosure = {
  /** `ai` when it is left out. */
  readonly kind?: DisclosureKind
  readonly conversation: string
  readonly channel: Channel
  readonly language: string
  /** The words as said; they are checked, and not kept. */
  readonly text: string
  readonly at?: string
  /** Voice: whether the caller heard them to the end. `false` is refused (`disclosure_interrupted`). */
  readonly complete?: boolean
}

export type RecordedDisclosure = {
  readonly id: string
  readonly conversation: string
  readonly at: string
  readonly proof: Proof
}

/** The sentences with which this system says what it has to say, as they are worded now. */
export type OfferedDisclosures = {
  readonly channel: Channel
  readonly disclosures: readonly {
    readonly kind: DisclosureKind
    readonly language: 'nl' | 'en'
    readonly text: string
    readonly textKey: string
    readonly textVersion: string
  }[]
}

// -- notices --------------------------------------------------------------------------------------------------------

/** What becomes of somebody's data, or what AI does. */
export type NoticeKind = 'privacy' | 'ai'
export type NoticeLink = { readonly label: string; readonly url: string }
export type NoticeDocument = {
  readonly title: string
  readonly lead: string
  readonly sections: readonly {
    readonly id: string
    readonly title: string
    readonly lines: readonly string[]
    readonly parts: readonly {
      readonly title: string
      readonly lines: readonly string[]
      readonly links: readonly NoticeLink[]
    }[]
    readonly links: readonly NoticeLink[]
  }[]
}
export type CurrentNotices = {
  readonly notices: readonly {
    readonly kind: NoticeKind
    readonly version: number
    readonly countsFrom: string
    /** Of both languages as canonical JSON (RFC 8785). */
    readonly sha256: string
    /** Where people find it, on the same server. */
    readonly path: string
    readonly texts: { readonly nl: NoticeDocument; readonly en: NoticeDocument }
  }[]
}
/** A version that a customer saw, or had read out to them. */
export type NewShownNotice = {
  readonly conversation: string
  readonly kind: NoticeKind
  readonly version: number
  readonly language: 'nl' | 'en'
}
export type ShownNotice = NewShownNotice & { readonly id: string; readonly at: string; readonly proof: Proof }

// -- hand-offs ------------------------------------------------------------------------------------------------------

export type HandOffReason = 'asked' | 'refused' | 'not_known' | 'rule' | 'complaint' | 'vulnerable' | 'other'
export type NewHandOff = { readonly conversation: string; readonly reason: HandOffReason }

/** Which way to a person is open now; `sentence` is for the customer. */
export type HandOffOffer = {
  readonly open: boolean
  readonly channel: 'chat' | 'phone' | 'email'
  readonly sentence: string
  readonly opensAt: string | null
  readonly closesAt: string | null
}

export type HandOff = {
  readonly id: string
  readonly conversation: string
  readonly state: 'requested' | 'accepted'
  readonly requestedAt: string
  /** By when an answer was promised. */
  readonly answerBy: string | null
  readonly handoff: HandOffOffer
}

// -- addresses ---------------------------------------------------------------------------------------------------------

export type AddressKind = 'email' | 'sms'
/** All addresses of a customer that are known to be theirs; at most 10. What is not among them goes, so an empty list removes all. */
export type NewAddresses = {
  readonly subject: string
  readonly addresses: readonly { readonly kind: AddressKind; readonly address: string }[]
}
/** The addresses themselves are sealed, and do not come back. */
export type RegisteredAddresses = {
  readonly addresses: readonly { readonly id: string; readonly kind: AddressKind; readonly registeredAt: string }[]
}

// -- complaints and contested decisions ------------------------------------------------------------------------------

/** A help desk hands a complaint over. `conversation` or `subject` says whose it is: one of the two. */
export type NewComplaint = {
  readonly conversation?: string
  readonly subject?: string
  /** What the customer wrote or said; sealed, at most 20,000 characters. */
  readonly words: string
  readonly about: 'system' | 'conversation' | 'decision' | 'person'
  readonly remedy: 'explanation' | 'correction' | 'new_decision' | 'human' | 'apology' | 'compensation' | 'other'
  readonly remedyWords?: string
  /** Whether the customer wants to be heard where the client's profile leaves the choice; no when left out. */
  readonly wantsHearing?: boolean
  readonly name?: string
  /** The customer's language; Dutch when left out. */
  readonly language?: 'nl' | 'en'
  /** The help desk's own number; kept as a keyed hash. The same again is refused (`external_known`), with the reference it has. */
  readonly externalId?: string
  /** When it came in, where that is earlier: the terms count from then. */
  readonly receivedAt?: string
}
export type ReceivedComplaint = {
  readonly id: string
  /** For the customer. */
  readonly reference: string
  /** YYYY-MM-DD: the day of the verdict that the customer was told. */
  readonly promisedOn: string
  readonly receipt: string
}

/** What a system did with a message about a contested decision: it holds the effect, or carried the new outcome out. */
export type NewConfirmation = {
  readonly contest: string
  /** `held`: the decision waits; `released`: it waits no longer; `changed`: the new outcome was carried out. */
  readonly what: 'held' | 'released' | 'changed'
  /** When it was done; now when absent. */
  readonly at?: string
  /** Your own number of it, at most 64 characters. */
  readonly reference?: string
}
export type RecordedConfirmation = { readonly contest: string; readonly record: string }

// -- feedback and wrong answers -------------------------------------------------------------------------------------

export type KnewAi = 'yes' | 'no' | 'not_sure'
/** One answer or more; what was left open is absent. Once per conversation (`feedback_given`). */
export type NewFeedback = {
  readonly conversation: string
  /** Was this fair? From 1, not at all, to 5, wholly. */
  readonly fair?: number
  /** Was it clear? From 1 to 5. */
  readonly clear?: number
  /** Did the customer know that it was AI? */
  readonly knewAi?: KnewAi
  /** The customer's own words, at most 2,000 characters. Who they are is taken out before they are kept. */
  readonly text?: string
}
export type GivenFeedback = {
  readonly id: string
  readonly conversation: string
  readonly givenAt: string
  /** Until when it can be taken back. */
  readonly withdrawUntil: string
  /** The ledger entry. */
  readonly receipt: string
}
export type WithdrawnFeedback = {
  readonly id: string
  readonly conversation: string
  readonly withdrawnAt: string
  readonly receipt: string
}

export type WrongKind = 'incorrect' | 'outdated' | 'incomplete' | 'misleading' | 'harmful'
/** The answer by its `turn`, or by the `call` that gave it: one of the two (`turn_or_call`). */
export type NewWrongAnswer = {
  readonly conversation: string
  readonly turn?: number
  readonly call?: string
  readonly kind: WrongKind
  /** What is wrong with it; sealed, at most 2,000 characters. */
  readonly note?: string
  readonly rightAnswer?: string
}
export type ReportedWrongAnswer = {
  readonly id: string
  readonly conversation: string
  readonly turn: number
  readonly state: 'reported' | 'confirmed' | 'rejected' | 'corrected'
  readonly reportedAt: string
  /** Conversations that got the same answer, as far as was looked; this one among them. */
  readonly recipients: number
  readonly lookedEverywhere: boolean
  readonly receipt: string
}

// -- portal links ---------------------------------------------------------------------------------------------------

/** One of the two: a conversation, or a decision that was recorded before; by Waarborg's id or your own. */
export type NewPortalLink = { readonly conversation?: string; readonly decision?: string }

/** `url` is whole when the installation knows its public address (setting `publicUrl`); otherwise it equals `path`. */
export type PortalLink = {
  readonly url: string
  readonly path: string
  /** null: the link leads to one decision only. */
  readonly conversation: string | null
  /** null: the link leads to a conversation. */
  readonly decision: string | null
  readonly expiresAt: string
}

// -- conversations --------------------------------------------------------------------------------------------------

export type TurnRole = 'customer' | 'ai' | 'agent' | 'system' | 'tool'
export type NewTurn = { readonly role: TurnRole; readonly text: string; readonly at?: string }

/** A conversation that did not pass through the gateway, whole or in parts. */
export type NewConversation = {
  /** With an id, sending the same turns again is harmless. */
  readonly id?: string
  readonly subject?: string
  readonly purpose?: string
  readonly channel?: Channel
  readonly language?: string
  readonly startedAt?: string
  /** Ends the conversation: no turn can follow. */
  readonly endedAt?: string
  /** Number of the first turn given; 1 when absent. A gap is refused (`turn_gap`). */
  readonly from?: number
  readonly turns: readonly NewTurn[]
}

/** `heldAt`: since when nothing is recorded and no AI is called; null when it goes on. */
export type Hold = { readonly conversation: string; readonly heldAt: string | null }

export type RecordedConversation = {
  readonly conversation: string
  /** normal: on record; held: kept apart and unread, for lack of a ground; sealed: could not be read. */
  readonly state: 'normal' | 'held' | 'sealed' | 'conflict'
  /** Turns written now; null when all were there already. */
  readonly turns: { readonly from: number; readonly to: number } | null
  /** Turns that were there already and are the same. */
  readonly known: number
  readonly proof: Proof | null
}

// -- decisions about people -----------------------------------------------------------------------------------------

export type DecisionKind = 'route' | 'next_best_action' | 'score' | 'agent_qa' | 'summary' | 'eligibility' | 'other'
/** What the AI system did: it informed or advised somebody who decided, it decided with a person, or it decided alone. */
export type DecisionClass = 'inform' | 'assist' | 'decide' | 'solely_automated'
/** `null`: it was missing. */
export type FeatureValue = number | string | boolean | null

/** The baseline and all effects add up to the score, or nothing is explained. */
export type GivenContributions = {
  readonly method: 'linear' | 'tree_path_dependent' | 'tree_interventional' | 'shapley_exact' | 'shapley_sampled'
  readonly scale?: 'score' | 'log_odds' | 'probability'
  readonly baseline: {
    readonly value: number
    readonly kind?: 'background' | 'training' | 'none'
    readonly rows?: number | null
  }
  readonly contributions: readonly {
    readonly feature: string
    readonly effect: number
    readonly errorMargin?: number
  }[]
}
/** The rules that held and decided, in order. */
export type GivenRules = {
  readonly method: 'rules'
  readonly rules: readonly {
    readonly rule: string
    readonly label?: { readonly nl: string; readonly en: string }
    readonly when: readonly {
      readonly feature: string
      readonly is: '>=' | '<=' | '>' | '<' | '=' | '!='
      readonly limit: FeatureValue
    }[]
  }[]
}
export type GivenExplanation = GivenContributions | GivenRules

/** `subject`, `conversation` or both say whom it is about. */
export type NewDecision = {
  /** Your own id: the same again with the same contents gets the same answer. */
  readonly key?: string
  readonly conversation?: string
  readonly subject?: string
  readonly purpose?: string
  readonly kind?: DecisionKind
  /** As registered when absent; a lighter class is refused. */
  readonly decisionClass?: DecisionClass
  /** The version in use, or the name of its model. */
  readonly modelVersion?: string
  readonly channel?: Channel
  readonly language?: string
  /** Now when absent. */
  readonly decidedAt?: string
  readonly outcome: { readonly label: string; readonly favourable?: boolean | null }
  readonly score?: { readonly value: number; readonly threshold?: number }
  readonly alternatives?: readonly { readonly label: string; readonly score?: number }[]
  /** Only what the register lists; protected attributes are refused. */
  readonly features: Readonly<Record<string, FeatureValue>>
  readonly explanation?: GivenExplanation
  /** `person`: by their id in Waarborg, so that they do not look again when the decision is contested. */
  readonly humanInvolved?: { readonly role: string; readonly changed: boolean; readonly person?: string }
}

export type ExplanationReason =
  | 'additivity_broken'
  | 'model_differs'
  | 'output_differs'
  | 'change_does_not_flip'
  | 'reasons_overlap'
  | 'scorer_not_repeatable'
  | 'text_unsupported'
  | 'input_unfit'
  | 'model_unavailable'
  | 'scorer_unreachable'
  | 'scorer_budget'
  | 'not_sent'
  | 'words_wrong'

export type RecordedDecision = {
  readonly decisionId: string
  readonly ledgerId: string
  /** Path of the page on which the customer reads it and asks a person to look again; null for a member of staff. */
  readonly contestUrl: string | null
  readonly heldForReview: boolean
  readonly favourable: boolean | null
  readonly explanation: {
    readonly state: 'given' | 'refused' | 'not_needed'
    readonly reason: ExplanationReason | null
    readonly text: { readonly nl: readonly string[]; readonly en: readonly string[] } | null
  }
}

/** What became of a decision. */
export type NewOutcome = {
  /** Waarborg's id of the decision, or your own. */
  readonly decision: string
  readonly observed: string
  readonly positive?: boolean | null
  /** Now when absent. */
  readonly observedAt?: string
}
/** An attribute of a person, by which outcomes are compared and nothing else. `evidence`: where the customer said so themselves. */
export type NewAttribute = {
  readonly subject: string
  readonly attribute: string
  readonly value: string
  readonly givenAt?: string
  readonly evidence?: string
}
export type RecordedAttribute = { readonly ledgerId: string }

export type RecordedOutcome = { readonly outcomeId: string; readonly decisionId: string; readonly ledgerId: string }

/** One of a batch: what was recorded, or why not. */
export type BatchResult<Recorded> =
  | ({ readonly status: 201 } & Recorded)
  | {
      readonly status: number
      readonly error: {
        readonly code: string
        readonly reason: string | null
        readonly message: string
        readonly param: string | null
      }
    }
/** In the order in which they were sent. */
export type Batch<Recorded> = { readonly results: readonly BatchResult<Recorded>[] }
