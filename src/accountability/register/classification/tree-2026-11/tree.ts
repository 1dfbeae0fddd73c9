/**
 * Decision tree of November 2026, for AI in a contact centre, after the AI Act as it stands since Regulation (EU) 2026/1744 (in force
 * 27 July 2026) and the GDPR. Dates: articles 4 and 5 since 2 February 2025; 50 since 2 August 2026, where 50(2) has until 2 December
 * 2026 for what was on the market before (111(4)); high risk of annex III from 2 December 2027.
 */
import type { LawRef } from '../../law.ts'
import type { ConclusionRule, Condition, DutyRule, Question, Tree } from '../tree.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

const act = (...articles: string[]): LawRef[] => articles.map((article) => ({ law: 'ai_act', article }))
const gdpr = (...articles: string[]): LawRef[] => articles.map((article) => ({ law: 'gdpr', article }))
const is = (question: string, ...answers: string[]): Condition => ({ question, is: answers })
const yes = (question: string): Condition => is(question, 'yes')
const drawn = (conclusion: string): Condition => ({ conclusion })
const all = (...parts: Condition[]): Condition => ({ all: parts })
const any = (...parts: Condition[]): Condition => ({ any: parts })
const not = (part: Condition): Condition => ({ not: part })

const yesNo = ['yes', 'no', 'unknown'] as const
/** Not known whether it is AI: asked on as if it were. */
const isAi = not(is('ai_system', 'no'))

/** A use that annex III names, whatever exceptions there are. */
const annexUse = any(
  yes('emotion_customer'),
  yes('emotion_staff_safety'),
  is('biometric_traits', 'protected'),
  yes('staff_scoring'),
  yes('public_benefits'),
  yes('credit'),
  yes('insurance'),
  yes('emergency'),
)
/** AI Act 6(3), last paragraph: what profiles people is high risk always. Not known is no reason to make an exception. */
const mayBeExempt = all(annexUse, is('profiling', 'no'))
const isExempt = is('minor_task', 'narrow', 'improves', 'patterns', 'prepares')
/** Profiling, or no small task: the answer that closes the exception is a reason of the conclusion. */
const noException = any(not(is('profiling', 'no')), not(isExempt))

const questions: readonly Question[] = [
  { id: 'ai_system', answers: yesNo, law: act('3(1)') },
  { id: 'made_by', ask: isAi, answers: ['own', 'bought', 'unknown'], law: act('3(3)') },
  { id: 'own_brand', ask: isAi, answers: yesNo, law: act('3(3)', '25(1)(a)') },
  {
    id: 'changed_purpose',
    ask: all(isAi, is('made_by', 'bought')),
    answers: yesNo,
    law: act('25(1)(b)', '25(1)(c)'),
  },
  { id: 'uses', ask: isAi, answers: yesNo, law: act('3(4)') },
  { id: 'manipulates', ask: isAi, answers: yesNo, law: act('5(1)(a)') },
  { id: 'exploits', ask: isAi, answers: yesNo, law: act('5(1)(b)') },
  { id: 'emotion_staff', ask: isAi, answers: yesNo, law: act('5(1)(f)', '3(39)') },
  { id: 'emotion_staff_safety', ask: all(isAi, yes('emotion_staff')), answers: yesNo, law: act('5(1)(f)') },
  { id: 'emotion_customer', ask: isAi, answers: yesNo, law: act('III 1(c)', '3(39)') },
  { id: 'biometric', ask: isAi, answers: yesNo, law: act('3(40)', '50(3)') },
  {
    id: 'biometric_traits',
    ask: all(isAi, yes('biometric')),
    answers: ['sensitive', 'protected', 'other', 'unknown'],
    law: act('5(1)(g)', 'III 1(b)'),
  },
  { id: 'staff_scoring', ask: isAi, answers: yesNo, law: act('III 4(b)') },
  { id: 'public_benefits', ask: isAi, answers: yesNo, law: act('III 5(a)') },
  { id: 'credit', ask: isAi, answers: yesNo, law: act('III 5(b)') },
  { id: 'insurance', ask: isAi, answers: yesNo, law: act('III 5(c)') },
  { id: 'emergency', ask: isAi, answers: yesNo, law: act('III 5(d)') },
  { id: 'profiling', answers: yesNo, law: [...gdpr('4(4)'), ...act('6(3)')] },
  {
    id: 'minor_task',
    ask: all(isAi, mayBeExempt),
    answers: ['narrow', 'improves', 'patterns', 'prepares', 'none', 'unknown'],
    law: act('6(3)'),
  },
  { id: 'public_service', ask: all(isAi, annexUse, not(isExempt)), answers: yesNo, law: act('27(1)') },
  { id: 'talks', ask: isAi, answers: yesNo, law: act('50(1)') },
  { id: 'makes_content', ask: isAi, answers: yesNo, law: act('50(2)') },
  { id: 'before_august_2026', ask: all(isAi, yes('makes_content')), answers: yesNo, law: act('111(4)') },
  { id: 'general_model', ask: isAi, answers: ['supplier', 'own', 'no', 'unknown'], law: act('3(63)', '53(1)') },
  { id: 'solely_automated', answers: yesNo, law: gdpr('22(1)') },
  {
    id: 'automated_ground',
    ask: yes('solely_automated'),
    answers: ['contract', 'law', 'consent', 'none', 'unknown'],
    law: gdpr('22(2)'),
  },
]

const provider = drawn('provider')
const deployer = drawn('deployer')

/** A use of annex III, with high risk or taken out by the exception. */
const uses: readonly { readonly id: string; readonly when: Condition; readonly article: string }[] = [
  { id: 'emotion_customer', when: yes('emotion_customer'), article: 'III 1(c)' },
  { id: 'emotion_staff_safety', when: yes('emotion_staff_safety'), article: 'III 1(c)' },
  { id: 'biometric_traits', when: is('biometric_traits', 'protected'), article: 'III 1(b)' },
  { id: 'staff_scoring', when: yes('staff_scoring'), article: 'III 4(b)' },
  { id: 'public_benefits', when: yes('public_benefits'), article: 'III 5(a)' },
  { id: 'credit', when: yes('credit'), article: 'III 5(b)' },
  { id: 'insurance', when: yes('insurance'), article: 'III 5(c)' },
  { id: 'emergency', when: yes('emergency'), article: 'III 5(d)' },
]

const conclusions: readonly ConclusionRule[] = [
  { id: 'not_ai', kind: 'not_ai', when: is('ai_system', 'no'), law: act('3(1)') },
  // Made or had made and used under the own name; or made a provider by what was done with a bought system.
  {
    id: 'provider',
    kind: 'role',
    when: any(is('made_by', 'own'), yes('own_brand'), yes('changed_purpose')),
    law: act('3(3)', '25(1)'),
  },
  { id: 'deployer', kind: 'role', when: yes('uses'), law: act('3(4)') },
  { id: 'manipulates', kind: 'prohibited', when: yes('manipulates'), law: act('5(1)(a)') },
  { id: 'exploits', kind: 'prohibited', when: yes('exploits'), law: act('5(1)(b)') },
  // Not known whether it is for safety is no exception.
  {
    id: 'emotion_staff',
    kind: 'prohibited',
    when: all(yes('emotion_staff'), not(yes('emotion_staff_safety'))),
    law: act('5(1)(f)'),
  },
  { id: 'biometric_sensitive', kind: 'prohibited', when: is('biometric_traits', 'sensitive'), law: act('5(1)(g)') },
  {
    id: 'automated_without_ground',
    kind: 'privacy',
    when: all(yes('solely_automated'), is('automated_ground', 'none')),
    law: gdpr('22(1)'),
  },
  ...uses.map(
    ({ id, when, article }): ConclusionRule => ({
      id: `high_risk.${id}`,
      kind: 'high_risk',
      when: all(when, noException),
      law: act(article, '6(2)'),
    }),
  ),
  ...uses.map(
    ({ id, when, article }): ConclusionRule => ({
      id: `exempt.${id}`,
      kind: 'exempt',
      when: all(when, is('profiling', 'no'), isExempt),
      law: act('6(3)', article),
    }),
  ),
  { id: 'says_it_is_ai', kind: 'transparency', when: yes('talks'), law: act('50(1)', '50(5)') },
  { id: 'marks_content', kind: 'transparency', when: yes('makes_content'), law: act('50(2)') },
  {
    id: 'says_it_reads_people',
    kind: 'transparency',
    when: any(yes('emotion_customer'), yes('emotion_staff'), yes('biometric')),
    law: act('50(3)', '50(5)'),
  },
  { id: 'model_of_supplier', kind: 'model', when: is('general_model', 'supplier'), law: act('53(1)(b)') },
  { id: 'model_of_own', kind: 'model', when: is('general_model', 'own'), law: act('53(1)') },
  { id: 'profiling', kind: 'privacy', when: yes('profiling'), law: gdpr('4(4)') },
  {
    id: 'automated_with_ground',
    kind: 'privacy',
    when: all(yes('solely_automated'), is('automated_ground', 'contract', 'law', 'consent')),
    law: gdpr('22(2)', '22(3)'),
  },
]

const highRisk = any(...uses.map(({ id }) => drawn(`high_risk.${id}`)))
const exempt = any(...uses.map(({ id }) => drawn(`exempt.${id}`)))
/** Annex III, points on staff. */
const aboutStaff = any(drawn('high_risk.staff_scoring'), drawn('high_risk.emotion_staff_safety'))

const GDPR_FROM = '2018-05-25'
const FIRST_FROM = '2025-02-02'
const MODELS_FROM = '2025-08-02'
const TRANSPARENCY_FROM = '2026-08-02'
const MARKING_LATER_FROM = '2026-12-02'
const HIGH_RISK_FROM = '2027-12-02'

const duties: readonly DutyRule[] = [
  { id: 'literacy', when: any(provider, deployer), from: FIRST_FROM, law: act('4') },
  {
    id: 'stop_prohibited',
    when: any(drawn('manipulates'), drawn('exploits'), drawn('emotion_staff'), drawn('biometric_sensitive')),
    from: FIRST_FROM,
    law: act('5(1)'),
  },
  { id: 'tell_ai', when: all(drawn('says_it_is_ai'), provider), from: TRANSPARENCY_FROM, law: act('50(1)', '50(5)') },
  {
    id: 'mark_content',
    when: all(drawn('marks_content'), provider, not(yes('before_august_2026'))),
    from: TRANSPARENCY_FROM,
    law: act('50(2)'),
  },
  {
    id: 'mark_content_later',
    when: all(drawn('marks_content'), provider, yes('before_august_2026')),
    from: MARKING_LATER_FROM,
    law: act('50(2)', '111(4)'),
  },
  {
    id: 'tell_reading_people',
    when: all(drawn('says_it_reads_people'), deployer),
    from: TRANSPARENCY_FROM,
    law: act('50(3)', '50(5)'),
  },
  { id: 'model_duties', when: drawn('model_of_own'), from: MODELS_FROM, law: act('53(1)') },
  { id: 'ask_model_papers', when: all(drawn('model_of_supplier'), provider), from: MODELS_FROM, law: act('53(1)(b)') },
  { id: 'write_down_exception', when: all(exempt, provider), from: HIGH_RISK_FROM, law: act('6(4)') },
  { id: 'provider_high_risk', when: all(highRisk, provider), from: HIGH_RISK_FROM, law: act('16') },
  { id: 'register_eu', when: all(highRisk, provider), from: HIGH_RISK_FROM, law: act('49(1)') },
  { id: 'watch_after_release', when: all(highRisk, provider), from: HIGH_RISK_FROM, law: act('72(1)') },
  { id: 'report_incident', when: all(highRisk, provider), from: HIGH_RISK_FROM, law: act('73(1)') },
  { id: 'follow_instructions', when: all(highRisk, deployer), from: HIGH_RISK_FROM, law: act('26(1)') },
  { id: 'oversight', when: all(highRisk, deployer), from: HIGH_RISK_FROM, law: act('26(2)') },
  { id: 'good_data', when: all(highRisk, deployer), from: HIGH_RISK_FROM, law: act('26(4)') },
  { id: 'watch_and_report', when: all(highRisk, deployer), from: HIGH_RISK_FROM, law: act('26(5)') },
  { id: 'keep_logs', when: all(highRisk, deployer), from: HIGH_RISK_FROM, law: act('26(6)') },
  { id: 'tell_staff', when: all(aboutStaff, deployer), from: HIGH_RISK_FROM, law: act('26(7)') },
  { id: 'tell_people', when: all(highRisk, deployer), from: HIGH_RISK_FROM, law: act('26(11)') },
  {
    id: 'rights_assessment',
    when: all(deployer, highRisk, any(yes('public_service'), drawn('high_risk.credit'), drawn('high_risk.insurance'))),
    from: HIGH_RISK_FROM,
    law: act('27(1)'),
  },
  { id: 'explain_decision', when: all(highRisk, deployer), from: HIGH_RISK_FROM, law: act('86(1)'), note: true },
  {
    id: 'data_assessment',
    when: any(yes('profiling'), yes('solely_automated'), highRisk),
    from: GDPR_FROM,
    law: gdpr('35(1)', '35(3)'),
  },
  { id: 'stop_automated', when: drawn('automated_without_ground'), from: GDPR_FROM, law: gdpr('22(1)') },
  { id: 'human_looks_again', when: drawn('automated_with_ground'), from: GDPR_FROM, law: gdpr('22(3)') },
  { id: 'tell_logic', when: yes('solely_automated'), from: GDPR_FROM, law: gdpr('13(2)(f)', '15(1)(h)') },
  { id: 'take_objection', when: yes('profiling'), from: GDPR_FROM, law: gdpr('21(1)') },
]

export const tree202611: Tree = {
  version: '2026-11',
  date: '2026-11-27',
  lawTextOf: '2026-07-27',
  questions,
  conclusions,
  duties,
  texts: { nl, en },
}
