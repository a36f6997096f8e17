/** What a person sets for Mautic: the form, and how it signs in. */
import { z } from 'zod'

const alias = z.string().regex(/^\s*[a-z0-9_]{0,50}\s*$/, 'give a field alias, like mobile')

export const settings = z.object({
  topic: z.string().trim().min(1).max(100).default('newsletter').meta({
    title: 'Topic of the consent',
    description:
      'The topic of the contact preferences that say who wants mail or text messages. A withdrawal without a topic counts too.',
  }),
  resubscribe: z.boolean().default(false).meta({
    title: 'Contact again who unsubscribed',
    description:
      'Who unsubscribed in Mautic, and has consented here again since, may be contacted there again. Off: it is refused and shown under Attention.',
  }),
  tags: z.boolean().default(true).meta({
    title: 'Races as tags',
    description: 'Contacts get tags for the events, races and start groups they are entered in.',
  }),
  segments: z.boolean().default(false).meta({
    title: 'Races as segments',
    description:
      'Contacts are put into segments of the events, races and start groups they are entered in. Segments that are missing are made.',
  }),
  phone: alias.default('mobile').meta({
    title: 'Field of the phone',
    description: 'Its alias in Mautic, mobile or phone. Empty: it is not sent.',
  }),
  birthday: alias.default('').meta({
    title: 'Field of the birth date',
    description: 'Alias of a date field of your own. Empty: it is not sent.',
  }),
  language: alias.default('').meta({
    title: 'Field of the language',
    description: 'Alias of a text field of your own. Empty: it is not sent.',
  }),
  address: z.boolean().default(false).meta({
    title: 'Send the address',
    description: 'Street, town, postal code and country of each person.',
  }),
  clientId: z.string().trim().max(200).default('').meta({
    title: 'Client ID',
    description: 'For the sign-in with client credentials: the public key of the API credentials.',
  }),
  batchSize: z.int().min(1).max(200).default(100).meta({
    title: 'Contacts per request',
    description: 'How many contacts are sent at once. 1 to 200; a site may allow fewer.',
  }),
  pageSize: z.int().min(1).max(1000).default(200).meta({
    title: 'Contacts per page',
    description: 'How many contacts are asked for at once. 1 to 1,000.',
  }),
})
export type Settings = z.infer<typeof settings>

/** Ways to sign in: a user's name and password, or OAuth 2 client credentials. */
export const signIns = ['basic', 'client-credentials'] as const

export const secrets = [
  { key: 'username', label: 'User name', required: false },
  { key: 'password', label: 'Password', required: false },
  { key: 'clientSecret', label: 'Client secret', required: false },
  { key: 'webhookSecret', label: 'Webhook secret', required: false },
] as const
