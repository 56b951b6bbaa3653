import kafkajs, { type Consumer } from 'kafkajs';

const { Kafka: KafkaClient, logLevel } = kafkajs;

export interface BarePlan {
  readonly brokers: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

export interface BareResult {
  /** From the moment that the topic was assigned until the last message came back. */
  readonly ms: number;
  readonly cpuMs: number;
}

/** Entry of a process: takes a plan from its parent, runs it, reports and ends. */
process.once('message', (plan: BarePlan) => {
  void pipe(plan).then((result) => process.send?.(result, undefined, undefined, () => process.exit()));
});

/** Consumes one topic, parses, produces what came together to another one, and consumes and parses that at the same time. */
async function pipe({ brokers, from, to, count }: BarePlan): Promise<BareResult> {
  const kafka = new KafkaClient({ brokers: [...brokers], clientId: 'bare', logLevel: logLevel.NOTHING });
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  const [there, back] = [
    kafka.consumer({ groupId: `${from}.bare` }),
    kafka.consumer({ groupId: `${to}.bare` }),
  ];
  let seen = 0;
  let finish = (): void => undefined;
  const done = new Promise<void>((resolve) => (finish = resolve));
  await joined(back, to, async () => {
    await back.run({
      eachBatch({ batch }) {
        for (const { value } of batch.messages) JSON.parse(String(value));
        seen += batch.messages.length;
        if (seen >= count) finish();
        return Promise.resolve();
      },
    });
  });
  await joined(there, from, async () => {
    await there.run({
      async eachBatch({ batch }) {
        const messages = batch.messages.map(({ value }) => {
          JSON.parse(String(value));
          return { value, partition: batch.partition };
        });
        await producer.send({ topic: to, acks: -1, messages });
      },
    });
  });
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
  await done;
  const used = process.cpuUsage(cpu);
  return { ms: performance.now() - startedAt, cpuMs: (used.user + used.system) / 1_000 };
}

async function joined(consumer: Consumer, topic: string, run: () => Promise<void>): Promise<void> {
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const assigned = new Promise<void>((resolve) => {
    consumer.on('consumer.group_join', () => {
      resolve();
    });
  });
  await run();
  await assigned;
}
