/** What a person sets for Planning Center: the form, and how it signs in. */
import { z } from 'zod'

export const settings = z.object({
  sendCampuses: z.boolean().default(false).meta({
    title: 'Make campuses of clubs',
    description:
      'Organisations made or changed here go to Planning Center as campuses. Off: campuses only come in.',
  }),
  deletePeople: z.boolean().default(false).meta({
    title: 'Delete people there',
    description:
      'Who is deleted here is deleted at Planning Center with all history. Off: the profile becomes inactive.',
  }),
  pageSize: z.int().min(2).max(100).default(100).meta({
    title: 'People per page',
    description: 'How many people are asked for at once. 2 to 100.',
  }),
})
export type Settings = z.infer<typeof settings>

/** Ways to sign in: a personal access token (application id and secret). */
export const signIns = ['basic'] as const

export const secrets = [
  { key: 'username', label: 'Application ID', required: false },
  { key: 'password', label: 'Secret', required: false },
  { key: 'webhookSecret', label: 'Webhook secrets', required: false },
] as const
