import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hasShape, isShape, SHAPE_MAX, shapeEnd } from './token-shape.ts'

describe('the shape of an own number', () => {
  for (const [shape, good] of [
    ['KL-999999', true],
    ['999', true],
    ['A9A', true],
    ['99', false],
    ['9'.repeat(SHAPE_MAX), true],
    ['9'.repeat(SHAPE_MAX + 1), false],
    ['KLM', true],
    ['AAA', false],
    ['A-A', false],
    ['KL*999', false],
    [' 999', false],
    ['9\u00009', false],
    ['9\n9', false],
    ['99😀', false],
  ] as const)
    test(`${JSON.stringify(shape)} is ${good ? 'one' : 'none'}`, () => assert.equal(isShape(shape), good))

  for (const [shape, text, good] of [
    ['KL-999999', 'KL-123456', true],
    ['KL-999999', 'kl-123456', true],
    ['KL-999999', 'KL–123456', true],
    ['KL-999999', 'KL 123456', false],
    ['KL-999999', 'KL-12345', false],
    ['KL-999999', 'KL-1234567', false],
    ['KL-999999', 'AB-123456', false],
    ['AA 99', 'éx\u00a012', true],
    ['9.9', '1x2', false],
  ] as const)
    test(`${text} is ${good ? '' : 'not '}of shape ${shape}`, () => assert.equal(hasShape(shape, text), good))

  test('a part of something longer is not of the shape', () => {
    assert.equal(shapeEnd('999', '1234', 0), undefined)
    assert.equal(shapeEnd('999', '1234', 1), undefined)
    assert.equal(shapeEnd('999', 'a123', 1), undefined)
    assert.equal(shapeEnd('999', '(123)', 1), 4)
    assert.equal(shapeEnd('#999', 'a#123', 1), 5)
  })
})
