import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FILE_BYTES, fileRefusal, kindOfFile, MOST_FILES } from './attachment.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('a file that a customer adds', () => {
  for (const [what, content, kind] of [
    ['a PDF', bytes('%PDF-1.7\n'), 'application/pdf'],
    ['a PNG', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0), 'image/png'],
    ['a JPEG', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), 'image/jpeg'],
    ['words', bytes('Dag,\r\nde computer zei nee. سلام'), 'text/plain'],
    ['a web page', bytes('  <html><script>alert(1)</script>'), undefined],
    ['a picture that holds script', bytes('<?xml version="1.0"?><svg onload="x">'), undefined],
    ['a program', bytes('MZ\u0000\u0001'), undefined],
    ['an archive', Uint8Array.of(0x50, 0x4b, 3, 4), undefined],
    ['bytes that are no UTF-8', Uint8Array.of(0xc3, 0x28), undefined],
  ] as const)
    test(`${what} is ${kind ?? 'not taken'}`, () => {
      assert.equal(kindOfFile(content), kind)
    })

  test('is taken up to its limits, not beyond', () => {
    const most = new Uint8Array(FILE_BYTES).fill(0x20)
    assert.equal(fileRefusal(most, 0), undefined)
    assert.equal(fileRefusal(new Uint8Array(FILE_BYTES + 1).fill(0x20), 0), 'file_too_large')
    assert.equal(fileRefusal(bytes('a'), MOST_FILES - 1), undefined)
    assert.equal(fileRefusal(bytes('a'), MOST_FILES), 'files_too_many')
    assert.equal(fileRefusal(new Uint8Array(), 0), 'file_empty')
    assert.equal(fileRefusal(bytes('MZ\u0000'), 0), 'file_kind')
  })
})
