/** Somebody else changed the conversation (or made the subject) in between: load the facts again and decide anew. */
export class FactsMoved extends Error {
  override readonly name = 'FactsMoved'
}
