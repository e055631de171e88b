/** The option that says where leat.yml is. */
export const fileOption = {
  file: {
    type: 'string',
    short: 'f',
    value: 'FILE',
    about: 'The file to read instead of ./leat.yml.',
    example: '-f plant.yml',
  },
} as const
