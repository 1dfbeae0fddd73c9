/** Names of the outside world, without a way into the own network. */
import { lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { isPrivateAddress } from '../address.ts'

/** Looks a name up and refuses what leads into a private range, also when the answer changes between two look-ups. */
export const publicLookup: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error, '', 0)
    const allowed = addresses.filter(({ address }) => isIP(address) !== 0 && !isPrivateAddress(address))
    if (allowed.length === 0)
      return done(Object.assign(new Error('the name leads to a private address'), { code: 'EPRIVATE' }), '', 0)
    if (options.all) return done(null, allowed)
    done(null, allowed[0]!.address, allowed[0]!.family)
  })
}
