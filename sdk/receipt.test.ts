import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { verifyContent, verifyReceipt } from './index.ts'
import { changedReceipts, testReceipt } from './testing.ts'

describe('a receipt, offline', () => {
  const receipt = testReceipt()
  const trust = { vkeys: [receipt.vkey] }

  test('is valid with the log’s key, as text and as bytes', async () => {
    for (const entry of [receipt.entry, new TextEncoder().encode(receipt.entry)]) {
      const checked = await verifyReceipt({ entry, proof: receipt.proof }, trust)
      assert.deepEqual(checked, { valid: true, index: 4, size: 7, entry: JSON.parse(receipt.entry) })
    }
  })

  test('with any one thing changed is refused', async () => {
    const changes = changedReceipts(receipt)
    assert.ok(changes.length > 30, `${changes.length} changes`)
    for (const { what, receipt: changed } of changes) {
      assert.notDeepEqual(changed, { entry: receipt.entry, proof: receipt.proof }, what)
      assert.equal((await verifyReceipt(changed, trust)).valid, false, what)
    }
  })

  test('says which part does not fit', async () => {
    const codeOf = async (entry: string, proof: string, more: Partial<Parameters<typeof verifyReceipt>[1]> = {}) => {
      const checked = await verifyReceipt({ entry, proof }, { ...trust, ...more })
      return checked.valid ? 'valid' : checked.code
    }
    const { entry, proof } = receipt
    assert.equal(await codeOf(`${entry} `, proof), 'root_differs')
    assert.equal(await codeOf(entry, proof.replace('\n7\n', '\n8\n')), 'signature_differs')
    assert.equal(await codeOf(entry, 'not a proof'), 'proof_malformed')
    assert.equal(await codeOf(entry, proof, { origin: 'other.example' }), 'origin_differs')
    assert.equal(await codeOf(entry, proof, { vkeys: [testReceipt().vkey] }), 'note_unsigned')
    assert.equal(await codeOf(entry, proof, { vkeys: [] }), 'note_unsigned')
    assert.equal(await codeOf(entry, proof, { vkeys: ['key'] }), 'vkey_malformed')
  })

  test('counts witnesses that signed, each once', async () => {
    const witnesses = [receipt.witness]
    assert.equal((await verifyReceipt(receipt, { ...trust, witnesses, quorum: 1 })).valid, true)
    assert.deepEqual(await verifyReceipt(receipt, { ...trust, witnesses: [...witnesses, ...witnesses], quorum: 2 }), {
      valid: false,
      code: 'witnesses_missing',
    })
    assert.deepEqual(await verifyReceipt(receipt, { ...trust, witnesses: [testReceipt().witness], quorum: 1 }), {
      valid: false,
      code: 'witnesses_missing',
    })
  })

  test('without Ed25519 in this runtime the answer is neither yes nor no', async (t) => {
    t.mock.method(globalThis.crypto.subtle, 'importKey', async () => {
      throw new DOMException('', 'NotSupportedError')
    })
    assert.deepEqual(await verifyReceipt(receipt, trust), { valid: undefined, code: 'ed25519_unavailable' })
  })

  test('shows that these words were said, and no others', () => {
    const entry = JSON.parse(receipt.entry) as Record<string, unknown>
    assert.equal(verifyContent(receipt.proof, entry, receipt.content), true)
    assert.equal(verifyContent(receipt.proof, entry, [{ seq: 1, role: 'customer', said: 'Ik wil geen mens.' }]), false)
    assert.equal(verifyContent(receipt.proof.replace(/^extra .*\n/m, ''), entry, receipt.content), false)
    const salt = Buffer.alloc(32, 7).toString('base64')
    assert.equal(verifyContent(receipt.proof.replace(/^extra .*$/m, `extra ${salt}`), entry, receipt.content), false)
    assert.equal(verifyContent(receipt.proof, {}, receipt.content), false)
  })
})
