/** How long typed texts may be, in characters. Beside the shapes, so that a form can say it before anything is sent. */

/** Fields of an entrant's card and of a walk-up. */
export const entrantLimits = {
  bib: 20,
  tag: 64,
  spareTag: 64,
  team: 200,
  leg: 10,
  category: 100,
  notes: 4000,
  giveaway: 200,
  shirt: 100,
  firstName: 100,
  lastName: 100,
  email: 200,
  phone: 50,
  city: 100,
} as const

/** Names of targets, of operator and device, and of desk modes. */
export const nameLimits = { target: 80, settings: 80, mode: 40 } as const
