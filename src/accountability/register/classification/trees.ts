/** Every version of the decision tree, the oldest first. One that was released stays as it is: a new text of law is a new tree. */
import type { Tree } from './tree.ts'
import { tree202611 } from './tree-2026-11/tree.ts'

export const trees: readonly Tree[] = [tree202611]
export const currentTree: Tree = tree202611

export const findTree = (version: string): Tree | undefined => trees.find((tree) => tree.version === version)
