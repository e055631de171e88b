/** What stands in the place of a secret, in Kafka's own words. */
export const hidden = '[hidden]'
