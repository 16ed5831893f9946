export const ejabberd = { name: 'ejabberd', label: 'ejabberd', protocol: 'xmpp' };
