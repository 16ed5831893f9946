export const prosody = { name: 'prosody', label: 'prosody', protocol: 'xmpp' };
