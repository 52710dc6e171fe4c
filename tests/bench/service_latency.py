#!/usr/bin/env python3
"""service_latency.py PROGRAM [PATIENTS [SECONDS]]: how long answers take as people feel it: 20 requests a second on 20,000
patients while one writer stores measurement after measurement. Bar: p99 below 100 ms, the first look-up and the first
worklist too. Exit status 1 where it is missed."""
import http.client, json, os, random, subprocess, sys, tempfile, threading, time

program = os.path.abspath(sys.argv[1])
patients = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
seconds = int(sys.argv[3]) if len(sys.argv) > 3 else 30
here = os.path.dirname(os.path.abspath(__file__))
random.seed(7)


def run(*words, given=None):
    return subprocess.run([program, *words], input=given, check=True, capture_output=True, text=True).stdout


class Caller:
    def __init__(self, port, token):
        self.connection = http.client.HTTPConnection('127.0.0.1', port, timeout=60)
        self.headers = {'Authorization': 'Bearer ' + token, 'Content-Type': 'application/json'}

    def ask(self, method, path, body=None):
        began = time.perf_counter()
        self.connection.request(method, path, body, self.headers)
        answer = self.connection.getresponse()
        text = answer.read()
        assert answer.status == 200, (path, answer.status, text[:300])
        return (time.perf_counter() - began) * 1000


with tempfile.TemporaryDirectory(dir=os.environ.get('TMPDIR', '/var/tmp')) as folder:
    os.environ['NODTRACK_DB'] = folder + '/registry.db'
    subprocess.run([sys.executable, here + '/ingest_cohort.py', str(patients), folder + '/cohort'], check=True, stdout=subprocess.DEVNULL)
    run('ingest', folder + '/cohort')
    run('user', 'add', 'reader', '--role', 'radiologist', given='a long password\n')
    token = run('user', 'token', 'reader', '--scope', 'write', '--expires', '2099-12-31').split()[-1]
    token = next(word for word in token.split() if word.startswith('nodtrack_'))
    began = time.perf_counter()
    service = subprocess.Popen([program, 'serve', '--listen', '127.0.0.1:0'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        port = int(service.stdout.readline().strip().rsplit(':', 1)[1])
        print(f'ready after {time.perf_counter() - began:.1f} s')
        first = [Caller(port, token).ask('GET', path) for path in ('/api/v1/patients/P0000007/assessment', '/api/v1/worklist?limit=50')]
        print(f'first look-up {first[0]:.1f} ms, first worklist {first[1]:.1f} ms')
        stop = threading.Event()
        written = []

        def write():
            caller = Caller(port, token)
            while not stop.is_set():
                body = json.dumps({'scan_id': 'bench', 'scan': {'scan_date': '2026-01-01'}, 'measurement': {'nodule_id': f'W{len(written)}', 'long_axis_mm': 6.1}})
                written.append(caller.ask('POST', f'/api/v1/patients/P{random.randrange(patients):07d}/measurements', body))

        writer = threading.Thread(target=write)
        writer.start()
        reads = ['', '/assessment', '/assessment', '/history', '/trend.svg', '/ledger', '/dose', '/sentence', '/what-if']
        caller, times, due = Caller(port, token), [], time.perf_counter()
        for count in range(20 * seconds):
            due += 1 / 20
            time.sleep(max(0, due - time.perf_counter()))
            late = (time.perf_counter() - due) * 1000
            path = '/api/v1/worklist?limit=50' if count % 10 == 0 else f'/api/v1/patients/P{random.randrange(patients):07d}{random.choice(reads)}'
            times.append(max(0, late) + caller.ask('GET', path))  # who waits behind a slow answer waits too
        stop.set()
        writer.join()
    finally:
        service.terminate()
        service.wait()
times.sort()
p50, p99 = times[len(times) // 2], times[len(times) * 99 // 100]
print(f'{len(times)} answers at 20 a second: p50 {p50:.1f} ms, p99 {p99:.1f} ms, longest {times[-1]:.1f} ms; {len(written) / seconds:.0f} writes a second beside them')
sys.exit(0 if max(p99, *first) < 100 else 1)
