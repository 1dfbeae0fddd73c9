/** Which model looks for personal data beside the rules: the same for every AI system of this installation. */
import type { RecogniserView } from '../../../../src/privacy/model/contract.ts'
import type { Api } from '../../../api.ts'
import { type Fact, Facts, Sheet } from '../../../ui/components.tsx'
import type { ConsoleContext } from '../../context.ts'

export type { RecogniserView }

/** The page of a system goes without it when it is not to be had. */
export const loadRecogniser = (api: Api): Promise<RecogniserView | undefined> =>
  api.get<RecogniserView>('/api/privacy/recogniser').catch(() => undefined)

export const Recogniser = ({ cx, recogniser: { model } }: { cx: ConsoleContext; recogniser: RecogniserView }) => (
  <Sheet id="recogniser" title={cx.say('recogniser.title')}>
    <Facts
      facts={
        model === null
          ? [[cx.say('recogniser.withRules'), cx.say('recogniser.noModel')]]
          : [
              ...model.parts.flatMap(({ id, kind, hash }): Fact[] => [
                [cx.say('recogniser.withRules'), kind === 'presidio' ? cx.say('recogniser.server') : <code>{id}</code>],
                ...(hash === null ? [] : [[cx.say('recogniser.hash'), <code>{hash}</code>] as const]),
              ]),
              [cx.say('recogniser.fails'), cx.say(`recogniser.${model.onFailure}`)],
            ]
      }
    />
  </Sheet>
)
