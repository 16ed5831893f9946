import { readConfig } from '@chat-backend/service-kit';

export const readSocialGraphConfig = (env: NodeJS.ProcessEnv) => {
  const { DATABASE_POOL_SIZE, EXPOSE_OTP } = readConfig(env, ['DATABASE_POOL_SIZE', 'EXPOSE_OTP']);
  return {
    poolSize: DATABASE_POOL_SIZE,
    /** In contract mode users take part before their address is verified. */
    showUnverifiedUsers: EXPOSE_OTP,
  };
};
export type SocialGraphConfig = ReturnType<typeof readSocialGraphConfig>;
