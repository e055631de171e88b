/** What the connections of one client have carried; each counts into it as it goes. */
export class Traffic {
  connections = 0
  connectionsOpened = 0
  requests = 0
  responses = 0
  outgoingBytes = 0
  incomingBytes = 0

  /** By the names that Kafka's own clients give such figures. */
  figures(): Readonly<Record<string, number>> {
    return {
      'connection-count': this.connections,
      'connection-creation-total': this.connectionsOpened,
      'request-total': this.requests,
      'response-total': this.responses,
      'outgoing-byte-total': this.outgoingBytes,
      'incoming-byte-total': this.incomingBytes,
    }
  }
}
