import { mautic } from '../../../main/engine/targets/mautic/adapter.ts'
import { testAdapter } from '../conformance/conformance.ts'
import { testWebhooks } from '../conformance/webhooks.ts'
import { startMautic } from './stand-in.ts'
import { mauticKey, mauticServer } from './subject.ts'

const start = async () => mauticServer(await startMautic({ key: mauticKey }))

const withoutHook = async () => ({ ...(await start()), secrets: { password: mauticKey } })

// Withdrawals come along with contacts.
testAdapter(mautic, withoutHook, { sends: ['organisation', 'person'] })
testWebhooks(mautic, 'contactPreference', start, 'person')
