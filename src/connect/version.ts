/** The version of Kafka Connect whose REST this is: programs decide by it what they may ask for. */
export const answeredVersion = '4.3.1'
