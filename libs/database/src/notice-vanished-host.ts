/**
 * The server asks a connection that says nothing whether its host is still there, and gives it up after a minute: by the systems' own defaults those
 * of a host that vanished without a word (a power cut) take up their places for two hours, while its successor needs as many.
 */
export const keepalives: Readonly<Record<string, number>> = { tcp_keepalives_idle: 30, tcp_keepalives_interval: 10, tcp_keepalives_count: 3 };
