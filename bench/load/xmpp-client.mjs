export const connectXmpp = () => { throw new Error('later'); };
