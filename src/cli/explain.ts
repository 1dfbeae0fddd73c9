/** `waarborg explain`: why a model answered as it did for one input, and what would have changed that. Needs no store. */
import { ExplainError } from '../transparency/rules.ts'
import type { Command } from './command.ts'
import { explain } from './explaining/explain.ts'
import { readRequest } from './explaining/request.ts'
import { show, showProblems } from './explaining/show.ts'

export const command: Command = {
  name: 'explain',
  summary: {
    nl: 'Leg uit waarom een model voor één geval zo antwoordt, en wat de uitkomst had veranderd.',
    en: 'Explain why a model answers as it does for one case, and what would have changed the outcome.',
  },
  usage:
    '--model FILE | --scorer URL  --input FILE [--background FILE] [--actions FILE] [--role R] [--lang nl|en] [--json]',
  options: {
    model: {
      type: 'string',
      help: {
        nl: 'Model: eigen vorm, scikit-learn, XGBoost, LightGBM (JSON) of ONNX.',
        en: 'Model: own shape, scikit-learn, XGBoost, LightGBM (JSON) or ONNX.',
      },
    },
    scorer: {
      type: 'string',
      help: {
        nl: 'Adres van een rekendienst, in plaats van een model.',
        en: 'Address of a scorer, instead of a model.',
      },
    },
    input: {
      type: 'string',
      help: {
        nl: 'Gegevens van het geval (JSON): een lijst, of waarden op naam.',
        en: 'Facts of the case (JSON): a list, or values by name.',
      },
    },
    background: {
      type: 'string',
      help: { nl: 'Voorbeelden om mee te vergelijken (JSON, rijen).', en: 'Examples to compare with (JSON, rows).' },
    },
    actions: {
      type: 'string',
      help: {
        nl: 'Wat iemand kan veranderen: bereik, stap, richting, moeite.',
        en: 'What a person can change: range, step, direction, cost.',
      },
    },
    limit: {
      type: 'string',
      help: { nl: 'Waar de gunstige uitkomst begint: ">=0.5".', en: 'Where the favourable outcome begins: ">=0.5".' },
    },
    kind: {
      type: 'string',
      help: { nl: 'path-dependent of interventional, voor bomen.', en: 'path-dependent or interventional, for trees.' },
    },
    output: {
      type: 'string',
      help: {
        nl: 'Nummer van de uitkomst, bij een model met meer.',
        en: 'Number of the output, of a model with several.',
      },
    },
    role: {
      type: 'string',
      help: {
        nl: 'Wat de computer deed: decided, advised of assisted. Hoort bij een uitleg in zinnen.',
        en: 'What the computer did: decided, advised or assisted. Belongs to an explanation in sentences.',
      },
    },
    words: {
      type: 'string',
      help: {
        nl: 'Hoe gegevens en waarden heten, in twee talen (JSON).',
        en: 'What facts and values are called, in two languages (JSON).',
      },
    },
    lang: {
      type: 'string',
      help: { nl: 'Taal van de uitleg, nl of en.', en: 'Language of the explanation, nl or en.' },
    },
    numbers: {
      type: 'boolean',
      help: { nl: 'Ook de gewichten in de zinnen.', en: 'The weights in the sentences too.' },
    },
    top: {
      type: 'string',
      help: { nl: 'Aantal redenen in de zinnen (3).', en: 'Number of reasons in the sentences (3).' },
    },
    seed: { type: 'string', help: { nl: 'Begin van de steekproef (1).', en: 'Seed of the sample (1).' } },
    pairs: {
      type: 'string',
      help: {
        nl: 'Grootte van de steekproef, boven 12 gegevens (500).',
        en: 'Size of the sample, above 12 facts (500).',
      },
    },
  },
  async run(io, { values, positionals }) {
    const request = readRequest(values, positionals, io.language)
    if (typeof request === 'string') {
      io.stderr.write(`${request}\n`)
      return 2
    }
    try {
      return show(io, await explain(request), request)
    } catch (error) {
      if (error instanceof ExplainError) return showProblems(io, error, request)
      throw error
    }
  },
}
