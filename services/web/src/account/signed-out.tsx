import { Alert, Anchor, Group, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { usePageSession } from '../app/client-provider';
import { hrefOf, usePlace } from '../app/router';
import { AccountFrame } from './account-frame';
import { ConfirmAddressForm } from './confirm-address-form';
import { ForgotPasswordForm } from './forgot-password-form';
import { NewPasswordForm } from './new-password-form';
import { SecondFactorForm } from './second-factor-form';
import { SignInForm } from './sign-in-form';
import { SignUpForm } from './sign-up-form';
import type { Step } from './step';

const AfterForm = ({ question, place, answer }: { question: string; place: string; answer: string }): ReactNode => (
  <Group gap={6} justify="center"><Text size="sm" c="dimmed">{question}</Text><Anchor size="sm" href={hrefOf(place)}>{answer}</Anchor></Group>
);

const endings = {
  server: 'You were signed out: this session has ended. Nothing is lost; sign in again to go on.',
  deletion: 'Your account was deleted, in another window or on another device. Nobody can sign in with it any more.',
} as const;

const FirstForm = ({ name, onStep }: { name: string | undefined; onStep: (step: Step) => void }): ReactNode => {
  const { endedBy } = usePageSession();
  if (name === 'sign-up') {
    return (
      <AccountFrame title="Create your account">
        <SignUpForm onStep={onStep} />
        <AfterForm question="You have an account?" place="sign-in" answer="Sign in" />
      </AccountFrame>
    );
  }
  if (name === 'forgot-password') {
    return (
      <AccountFrame title="Choose a new password" about="Tell us your email address, and we send you a code.">
        <ForgotPasswordForm onStep={onStep} />
        <AfterForm question="It came back to you?" place="sign-in" answer="Sign in" />
      </AccountFrame>
    );
  }
  return (
    <AccountFrame title="Sign in">
      {endedBy !== undefined && <Alert variant="light" color="yellow" role="status">{endings[endedBy]}</Alert>}
      <SignInForm onStep={onStep} />
      <AfterForm question="New here?" place="sign-up" answer="Create an account" />
    </AccountFrame>
  );
};

/** From the first form to the last code, in the order in which the server asks. */
const Forms = ({ name }: { name: string | undefined }): ReactNode => {
  const [step, setStep] = useState<Step>();
  if (step === undefined) return <FirstForm name={name} onStep={setStep} />;
  const startAgain = (): void => { setStep(undefined); };
  switch (step.at) {
    case 'confirmAddress':
      return <AccountFrame title="Confirm your address" about={`We have written to ${step.email}.`}><ConfirmAddressForm {...step} onStep={setStep} onBack={startAgain} /></AccountFrame>;
    case 'secondFactor':
      return <AccountFrame title="One more step" about="Two-factor is on: your password alone is not enough."><SecondFactorForm {...step} onBack={startAgain} /></AccountFrame>;
    case 'newPassword':
      return (
        <AccountFrame title="Choose a new password" about={`If ${step.email} has an account, a code is on its way there.`}>
          <NewPasswordForm {...step} onStep={setStep} onBack={startAgain} />
        </AccountFrame>
      );
  }
};

/** What is shown while nobody is signed in; the place in the address chooses the first form. */
const SignedOut = (): ReactNode => {
  const [name] = usePlace();
  return <Forms key={name} name={name} />;
};
export default SignedOut;
