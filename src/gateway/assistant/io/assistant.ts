/** Built-in upstream `assistant`: models that run in this process over the organisation's own knowledge base. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Provider, UpstreamFault } from '../../io/upstream.ts'
import { parseArticle } from '../article.ts'
import { modelOf } from '../models.ts'
import { createKnowledge, type Knowledge } from '../retrieval.ts'
import { readRequest } from '../transcript.ts'
import { builtinReply, requestOf } from './reply.ts'

/** `folder`: articles as `<id>.<language>.md`; absent: an assistant that knows nothing. Read once, at the first call. */
export function assistantProvider(folder: string | undefined): Provider {
  let knowledge: Promise<Knowledge> | undefined
  const loaded = () => {
    knowledge ??= (folder === undefined ? Promise.resolve(createKnowledge([])) : readKnowledge(folder)).catch(
      (error: unknown) => {
        // The next call looks again: a folder that is mounted late must not need a restart.
        knowledge = undefined
        throw new UpstreamFault('status', { status: 500, cause: error })
      },
    )
    return knowledge
  }
  return {
    async send(call) {
      const request = readRequest(call.body)
      const model = modelOf(request.model)
      if (model === undefined) throw new UpstreamFault('status', { status: 404 })
      const answer = model(await loaded(), request, call.context())
      call.signal.throwIfAborted()
      return builtinReply(answer, requestOf(call))
    },
    close: () => Promise.resolve(),
  }
}

/** Articles in order of their file names, so that equal ranks come out the same on every machine. */
async function readKnowledge(folder: string): Promise<Knowledge> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.md')).sort()
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  return createKnowledge(texts.map(parseArticle).filter((article) => article !== null))
}
