/** Webhooks as Mailchimp sends them. Signed here anew, not with the code under test. */
import { createHmac } from 'node:crypto'
import { audienceId } from './audience.ts'

export interface FormWebhook {
  readonly type: 'subscribe' | 'unsubscribe' | 'profile' | 'cleaned' | 'upemail' | 'campaign'
  readonly email: string
  /** Default: one made from type and address. */
  readonly id?: string
  /** How long ago it claims to be sent, ms. Default 0. */
  readonly agoMs?: number
  /** Default: none, as where the secret is in the address. */
  readonly signedWith?: string
}

/** Headers and body of a webhook: a form with names in brackets, as PHP reads them. */
export function webhookForm(
  { type, email, id, agoMs = 0, signedWith }: FormWebhook,
  now = Date.now(),
) {
  const sent = now - agoMs
  const fired = new Date(sent).toISOString().slice(0, 19).replace('T', ' ')
  const form = new URLSearchParams({
    type,
    fired_at: fired,
    'data[id]': id ?? `${type}-${email}`,
    'data[email]': email,
    'data[email_type]': 'html',
    'data[ip_opt]': '203.0.113.7',
    'data[merges][EMAIL]': email,
    'data[list_id]': audienceId,
  })
  if (type === 'upemail') {
    form.set('data[old_email]', email)
    form.set('data[new_email]', `new.${email}`)
  }
  const text = form.toString()
  const time = String(Math.floor(sent / 1000))
  const signature = createHmac('sha256', signedWith ?? '')
    .update(`${time}.${text}`)
    .digest('hex')
  return {
    text,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': 'MailChimp',
      ...(signedWith === undefined ? {} : { 'x-mailchimp-signature': `t=${time},v1=${signature}` }),
    } as Readonly<Record<string, string>>,
  }
}

/** Whether an address answers when Mailchimp looks in there before it sends. */
export async function looksIn(url: string): Promise<boolean> {
  return (await fetch(url)).status === 200
}

/** Sends one; answers the status. */
export async function sendForm(url: string, webhook: FormWebhook): Promise<number> {
  const { headers, text } = webhookForm(webhook)
  return (await fetch(url, { method: 'POST', headers, body: text })).status
}
