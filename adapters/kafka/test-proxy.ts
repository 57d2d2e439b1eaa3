import { connect, createServer, type AddressInfo } from 'node:net';

/** A way to a broker on this machine that breaks. */
export interface BreakingProxy {
  readonly broker: string;
  /** How many connections it broke. */
  readonly broken: () => number;
  close(): Promise<void>;
}

/** Passes on what a broker sends until `bytes` of it have passed on one connection, then breaks that, up to `times` times. */
export async function breakingProxy(broker: string, { bytes, times }: { bytes: number; times: number }): Promise<BreakingProxy> {
  const [host = '', port = ''] = broker.split(':');
  let broken = 0;
  const server = createServer((client) => {
    let passed = 0;
    const upstream = connect({ host, port: Number(port) });
    const breakBoth = (): void => {
      client.destroy();
      upstream.destroy();
    };
    upstream.on('data', (data: Buffer) => {
      passed += data.length;
      if (passed < bytes || broken >= times) {
        client.write(redirected(data));
        return;
      }
      broken += 1;
      client.write(data.subarray(0, Math.floor(data.length / 2)), breakBoth);
    });
    client.on('data', (data) => upstream.write(data));
    for (const end of [client, upstream]) end.on('error', breakBoth).on('close', breakBoth);
  });

  /** Has clients come back to this proxy: the broker names its own address, host first, then the port as an int32. */
  function redirected(data: Buffer): Buffer {
    const address = (to: number): Buffer => {
      const bytesOfPort = Buffer.alloc(4);
      bytesOfPort.writeInt32BE(to);
      return Buffer.concat([Buffer.from(host), bytesOfPort]);
    };
    const own = server.address() as AddressInfo;
    const at = data.indexOf(address(Number(port)));
    if (at >= 0) address(own.port).copy(data, at);
    return data;
  }

  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port: ownPort } = server.address() as AddressInfo;
  return {
    broker: `${host}:${String(ownPort)}`,
    broken: () => broken,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}
