import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import { eax } from './eax.ts'

/** From the appendix of "The EAX Mode of Operation": message, key, nonce, header, ciphertext with its tag. */
const published = [
  [
    '',
    '233952DEE4D5ED5F9B9C6D6FF80FF478',
    '62EC67F9C3A4A407FCB2A8C49031A8B3',
    '6BFB914FD07EAE6B',
    'E037830E8389F27B025A2D6527E79D01',
  ],
  [
    'F7FB',
    '91945D3F4DCBEE0BF45EF52255F095A4',
    'BECAF043B0A23D843194BA972C66DEBD',
    'FA3BFD4806EB53FA',
    '19DD5C4C9331049D0BDAB0277408F67967E5',
  ],
  [
    '1A47CB4933',
    '01F74AD64077F2E704C0F60ADA3DD523',
    '70C3DB4F0D26368400A10ED05D2BFF5E',
    '234A3463C1264AC6',
    'D851D5BAE03A59F238A23E39199DC9266626C40F80',
  ],
  [
    'CA40D7446E545FFAED3BD12A740A659FFBBB3CEAB7',
    '8395FCF1E95BEBD697BD010BC766AAC3',
    '22E7ADD93CFC6393C57EC0B3C17D6B44',
    '126735FCC320D25A',
    'CB8920F87A6C75CFF39627B56E3ED197C552D295A7CFC46AFC253B4652B1AF3795B124AB6E',
  ],
] as const

test('EAX gives the published ciphertexts and the first half of their tags', () => {
  for (const [message, key, nonce, header, expected] of published) {
    const keyed = eax.with(createSecretKey(unhex(key)))
    // More than once, as the sums of a key share one chain.
    for (let time = 0; time < 3; time++) {
      const { ciphertext, tag } = keyed.encrypt(unhex(nonce), unhex(header), unhex(message))
      const whole = unhex(expected)
      assert.deepEqual(ciphertext, whole.subarray(0, -16))
      assert.deepEqual(tag, whole.subarray(-16, -8))
      assert.deepEqual(keyed.decrypt(unhex(nonce), unhex(header), ciphertext, tag), unhex(message))
    }
  }
})

function unhex(text: string): Buffer {
  return Buffer.from(text, 'hex')
}
