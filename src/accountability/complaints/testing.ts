/** For tests of complaints: mail that is kept instead of sent. */
import type { Post } from '../../records/index.ts'

export type Sent = Parameters<Post>[1]

export const sentLetters =
  (sent: Sent[]): Post =>
  async (_tx, letter) => {
    sent.push(letter)
  }
