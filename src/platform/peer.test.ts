import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseRanges, peerAddress } from './peer.ts'

const ranges = (text: string) => parseRanges(text)!

describe('a request counts for', () => {
  const ours = '10.0.0.2, 10.1.0.0/16, 2001:db8:1::/48'
  for (const [what, socket, forwarded, expected] of [
    ['the connection, when nothing is forwarded', '198.51.100.7', undefined, '198.51.100.7'],
    ['the connection, when it is no proxy of ours', '198.51.100.7', '192.0.2.1', '198.51.100.7'],
    ['who asked our proxy', '10.0.0.2', '192.0.2.1', '192.0.2.1'],
    ['who asked our proxy, in IPv6', '::ffff:10.0.0.2', '2001:db8:2::9', '2001:db8:2::9'],
    ['who asked the first of our proxies', '10.0.0.2', '192.0.2.1, 10.1.7.7', '192.0.2.1'],
    [
      'the last before our proxies, whatever was claimed before it',
      '10.0.0.2',
      '1.1.1.1, 192.0.2.1, 10.1.7.7',
      '192.0.2.1',
    ],
    ['the proxy of somebody else, not what that says', '10.0.0.2', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
    ['our proxy, when it says nothing', '10.0.0.2', undefined, '10.0.0.2'],
    ['our proxy, when what it says is no address', '10.0.0.2', 'unknown', '10.0.0.2'],
    ['the last address, when what stands before it is none', '10.0.0.2', '<script>, 10.1.0.1', '10.1.0.1'],
    ['an address in brackets', '10.0.0.2', '"[2001:db8:2::9]"', '2001:db8:2::9'],
    ['the farthest of our own, when all are', '10.0.0.2', '10.1.0.9, 10.1.0.1', '10.1.0.9'],
  ] as const)
    test(what, () => assert.equal(peerAddress(socket, forwarded, ranges(ours)), expected))

  test('the connection alone when no proxy is ours', () => {
    assert.equal(peerAddress('127.0.0.1', '192.0.2.1', []), '127.0.0.1')
  })

  test('nothing that a caller sends changes it, when the caller is no proxy of ours', () => {
    fc.assert(
      fc.property(fc.string(), (sent) => {
        assert.equal(peerAddress('198.51.100.7', sent, ranges(ours)), '198.51.100.7')
        assert.equal(peerAddress('10.0.0.2', `${sent}, 198.51.100.7`, ranges(ours)), '198.51.100.7')
      }),
    )
  })
})

describe('a list of proxies', () => {
  for (const text of [
    '10.0.0.1',
    '10.0.0.0/8',
    '0.0.0.0/0',
    '::1',
    '2001:db8::/32',
    '::ffff:10.0.0.1',
    ' 10.0.0.1 ,, ::1 ',
    '',
  ])
    test(`«${text}» is one`, () => assert.ok(parseRanges(text)))
  for (const text of [
    '10.0.0',
    '10.0.0.256',
    '10.0.0.1/33',
    '10.0.0.1/',
    '10.0.0.1/8/8',
    '2001:db8::1::',
    ':1',
    '1:',
    '2001:db8::/129',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2:3:4:5:6:7:8',
    'proxy.example',
    '10.0.0.1;10.0.0.2',
    '::1.2.3',
    'g::1',
  ])
    test(`«${text}» is none`, () => assert.equal(parseRanges(text), undefined))

  test('a range holds what begins with its bits, at both edges', () => {
    const hop = '192.0.2.1'
    for (const [range, inside, outside] of [
      ['10.1.0.0/16', ['10.1.0.0', '10.1.255.255'], ['10.0.255.255', '10.2.0.0']],
      ['10.1.2.3/31', ['10.1.2.2', '10.1.2.3'], ['10.1.2.1', '10.1.2.4']],
      ['2001:db8::/33', ['2001:db8::', '2001:db8:7fff:ffff::1'], ['2001:db8:8000::', '10.0.0.1']],
      ['0.0.0.0/0', ['8.8.8.8'], ['::1']],
    ] as const) {
      for (const one of inside) assert.equal(peerAddress(one, hop, ranges(range)), hop, `${one} in ${range}`)
      for (const one of outside) assert.equal(peerAddress(one, hop, ranges(range)), one, `${one} not in ${range}`)
    }
  })
})
