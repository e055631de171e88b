/** The option that says where leat.yml is. */
export const fileOption = {
  file: {
    type: 'string',
    short: 'f',
    multiple: true,
    value: 'FILE|FOLDER',
    about:
      'What to read instead of ./leat.yml; several, and all files of folders, are read as one.',
    example: '-f plant.yml',
  },
} as const
