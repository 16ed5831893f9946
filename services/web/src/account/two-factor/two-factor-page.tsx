import { Stack, Text } from '@mantine/core';
import { useCallback, useState, type ReactNode } from 'react';
import { useClient } from '../../app/client-provider';
import { LoadedContent } from '../../app/loaded-content';
import { useLoaded } from '../../app/use-loaded';
import { ManageTwoFactor } from './manage-two-factor';
import { RecoveryCodes } from './recovery-codes';
import { SwitchOn } from './switch-on';

const TwoFactorPage = (): ReactNode => {
  const client = useClient();
  const loaded = useLoaded(useCallback(async () => (await client.call('get-two-factor', {})).data, [client]));
  const [codes, setCodes] = useState<readonly string[]>();
  const changed = async (recoveryCodes?: readonly string[]): Promise<void> => {
    setCodes(recoveryCodes);
    await loaded.reload();
  };
  if (codes !== undefined) return <RecoveryCodes codes={codes} onKept={() => { setCodes(undefined); }} />;
  return (
    <Stack gap="lg">
      <Text c="dimmed">With two-factor a sign-in takes a code beside your password, so a password alone opens nothing.</Text>
      <LoadedContent loaded={loaded}>
        {({ isTwoFactorEnabled, method, recoveryCodesLeft }) => isTwoFactorEnabled
          ? <ManageTwoFactor method={method ?? 'mail'} recoveryCodesLeft={recoveryCodesLeft} onChanged={changed} />
          : <SwitchOn onSwitchedOn={changed} />}
      </LoadedContent>
    </Stack>
  );
};
export default TwoFactorPage;
