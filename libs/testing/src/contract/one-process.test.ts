import { describeContract } from './describe-contract';
import { startOneProcess } from './start-one-process';

describeContract('one process without Redis', () => startOneProcess({ EXPOSE_OTP: 'true' }));
