import { systemCode } from '../base/errors.ts'
import { formatAddress } from './addresses.ts'
import { platformError } from './errors.ts'
import { portOwner } from './port-owner.ts'

/** Opens a part, and says in whole sentences why it could not listen. */
export async function listening<Part>(part: string, open: () => Promise<Part>): Promise<Part> {
  try {
    return await open()
  } catch (error) {
    const { address: host, port } = Object(error) as { address?: string; port?: number }
    if (host === undefined || port === undefined) throw error
    const address = formatAddress({ host, port })
    switch (systemCode(error)) {
      case 'EADDRINUSE':
        throw platformError(
          'port-in-use',
          { part, address, owner: portOwner(port) },
          { cause: error },
        )
      case 'EACCES':
        throw platformError('port-forbidden', { part, address }, { cause: error })
      case 'EADDRNOTAVAIL':
        throw platformError('address-unknown', { part, address }, { cause: error })
      default:
        throw error
    }
  }
}
