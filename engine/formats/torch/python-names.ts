/**
 * The Python names that a checkpoint may mention. Nothing is imported or called; the rules decide
 * whether a name stands for data, which is skipped, or the file is rejected.
 *
 * - Names of Python's library, of PyTorch and of NumPy are known. Those of data
 * (`pathlib.PosixPath`, `torch.float32`, `numpy.ndarray`) are accepted; all others (`os.system`,
 * `builtins.eval`, `torch.load`) reject the file.
 * - Names of other modules, such as `mypkg.config.Config`, are opaque data, unless they lead into a
 * module that can run programs (`mypkg.os.system`) or end in a name of a function that runs code.
 * - A name within a name is reached through classes alone (`Outer.Inner`, never `module.function`).
 *
 * @source CPython 3.11 to 3.13 and 2.7, module names as `pickle` writes them
 */
import { Refused } from './refusals.ts';

type Names = readonly string[] | RegExp;

const CLASS = /^_?[A-Z]\w*$/;
const ANY = /^\w+$/;

/** Module names of Python 2, which protocols up to 2 write, and private modules → current names. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['__builtin__', 'builtins'],
  ['exceptions', 'builtins'],
  ['copy_reg', 'copyreg'],
  ['UserDict', 'collections'],
  ['UserList', 'collections'],
  ['UserString', 'collections'],
  ['pathlib._local', 'pathlib'],
  ['_operator', 'operator'],
  ['_collections', 'collections'],
  ['_functools', 'functools'],
  ['_decimal', 'decimal'],
  ['_pydecimal', 'decimal'],
  ['_random', 'random'],
  ['_io', 'io'],
  ['ConfigParser', 'configparser'],
]);

const words = (text: string) => text.split(' ');

/** Modules of Python's library with data that checkpoints use. */
const PYTHON_DATA: ReadonlyMap<string, readonly Names[]> = new Map<string, readonly Names[]>([
  [
    'builtins',
    [
      words('int float str bool list dict tuple set frozenset bytes bytearray complex slice range'),
      words('object type Ellipsis NotImplemented NoneType unicode long xrange basestring'),
      words('abs len max min round sum'),
      /^[A-Z]\w*(Error|Exception|Warning|Exit|Interrupt|Iteration)$/,
    ],
  ],
  [
    'collections',
    [words('OrderedDict Counter defaultdict deque ChainMap UserDict IterableUserDict UserList')],
  ],
  ['collections.abc', [CLASS]],
  ['abc', [CLASS]],
  [
    'argparse',
    [words('Namespace ArgumentParser HelpFormatter ArgumentDefaultsHelpFormatter'), /^_[A-Z]\w*$/],
  ],
  ['array', [words('array _array_reconstructor')]],
  ['configparser', [CLASS]],
  ['copyreg', [words('_reconstructor __newobj__ __newobj_ex__')]],
  ['dataclasses', [CLASS, ['_MISSING_TYPE']]],
  ['datetime', [words('date datetime time timedelta timezone tzinfo')]],
  ['decimal', [CLASS]],
  ['enum', [CLASS, ['auto']]],
  ['fractions', [['Fraction']]],
  ['functools', [['partial']]],
  ['http', [words('HTTPStatus HTTPMethod')]],
  ['inspect', [words('_empty Parameter Signature _ParameterKind')]],
  ['io', [words('BytesIO StringIO')]],
  ['ipaddress', [CLASS]],
  ['itertools', [ANY]],
  ['logging', [words('Logger RootLogger getLogger')]],
  ['math', [ANY]],
  ['cmath', [ANY]],
  ['numbers', [CLASS]],
  [
    'operator',
    [
      words(
        'itemgetter getitem add sub mul truediv floordiv mod pow neg abs eq ne lt le gt ge and_ or_ not_',
      ),
    ],
  ],
  ['os', [words('stat_result statvfs_result terminal_size times_result uname_result')]],
  ['pathlib', [/^(Pure)?(Posix|Windows)?Path$/]],
  ['platform', [['uname_result']]],
  ['posix', [['uname_result']]],
  ['random', [words('Random SystemRandom')]],
  ['re', [words('Pattern _compile RegexFlag')]],
  ['signal', [words('Signals Handlers Sigmasks')]],
  ['string', [['Template']]],
  ['time', [['struct_time']]],
  [
    'types',
    [words('SimpleNamespace MappingProxyType NoneType EllipsisType GenericAlias UnionType')],
  ],
  ['typing', [CLASS]],
  ['uuid', [words('UUID SafeUUID')]],
  ['zoneinfo', [words('ZoneInfo ZoneInfo._unpickle')]],
  // Python 3 writes bytes for Python 2 with this function.
  ['_codecs', [['encode']]],
]);

/** Other modules of Python's library, including those of Python 2 and earlier versions of 3. */
const PYTHON_LIBRARY: ReadonlySet<string> = new Set(
  [
    'antigravity aifc anydbm ast asynchat asyncio asyncore atexit audioop base64 bdb binascii binhex',
    'bisect bz2 cPickle cProfile cStringIO calendar cgi cgitb chunk cmd code codecs codeop colorsys',
    'commands compileall compiler compression concurrent configparser contextlib contextvars copy crypt',
    'csv ctypes curses dbhash dbm difflib dis distutils doctest dummy_thread dummy_threading email',
    'encodings ensurepip errno execfile faulthandler fcntl filecmp fileinput fnmatch ftplib gc gdbm',
    'genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http httplib',
    'idlelib ihooks imaplib imghdr imp importlib imputil io json keyword lib2to3 linecache locale lzma',
    'mailbox mailcap marshal mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc new nis',
    'nntplib nt ntpath nturl2path opcode optparse os os2 pdb pickle pickletools pipes pkgutil plistlib',
    'popen2 poplib posixfile posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pyexpat',
    'queue quopri readline reprlib resource rexec rlcompleter runpy sched secrets select selectors sets',
    'shelve shlex shutil signal site smtpd smtplib socket socketserver spwd sqlite3 sre_compile',
    'sre_constants sre_parse ssl stat statistics struct subprocess sunau symtable sys sysconfig syslog',
    'tabnanny tarfile telnetlib tempfile termios textwrap thread threading timeit tkinter token tokenize',
    'tomllib trace traceback tracemalloc tty turtle unicodedata unittest urllib urllib2 urlparse uu venv',
    'warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc xmlrpclib zipapp zipfile',
    'zipimport zlib BaseHTTPServer Bastion CGIHTTPServer ConfigParser Queue SimpleHTTPServer StringIO',
    'SocketServer Tkinter',
  ].flatMap(words),
);

/** PyTorch's names of data: element types, layouts, and classes that are stored with networks. */
const TORCH_DATA: readonly RegExp[] = [
  /^torch\.(u?int\d+|q?u?int\d+x?\d*|b?float\d*(_\w+)?|complex\d+|half|double|long|short|bool|bits\w+)$/,
  /^torch\.(bfloat16|cfloat|cdouble|chalf)$/,
  /^torch\.(strided|sparse_\w+|jagged|contiguous_format|channels_last(_3d)?|preserve_format)$/,
  /^torch\.per_(tensor|channel)_\w+$/,
  /^torch\.(Size|device|Generator|Tensor|\w+Tensor|finfo|iinfo)$/,
  /^torch\.(relu|sigmoid|tanh|softmax|log_softmax|abs|mean|sum|max|min|add|mul|matmul|erf|exp|sin|cos)$/,
  /^torch\.(storage\.(\w*Storage)|\w*Storage|cuda\.\w*Storage)$/,
  /^torch\._C\.(Generator|Size|dtype|device|_nn\.\w+)$/,
  /^torch\._utils\._rebuild_\w+$/,
  /^torch\._tensor\.(Tensor|_rebuild_from_type\w*)$/,
  /^torch\.serialization\._get_layout$/,
  /^torch\.(nn\.(functional|init)|return_types)\.\w+$/,
  // The default factory of a GradScaler's defaultdict.
  /^torch\.(cuda\.)?amp\.grad_scaler\._refresh_per_optimizer_state$/,
  // From other modules classes alone, since some functions there read pickles.
  /^torch\.(nn|optim|amp|cuda\.amp|distributions|quantization|ao|futures|autograd|profiler)(\.\w+)*\._?[A-Z]\w*$/,
  /^torch\.utils\.(data|_pytree)(\.\w+)*\._?[A-Z]\w*$/,
  /^torch\.distributed\.(_tensor|tensor|_shard|_composable|fsdp|optim|checkpoint|algorithms)(\.\w+)*\._?[A-Z]\w*$/,
];

const NUMPY_DATA: readonly RegExp[] = [
  /^numpy\.(ndarray|dtype|matrix|recarray|record|bool_?|str_|bytes_|void|object_|generic|number)$/,
  /^numpy\.(u?int\w*|float\w*|complex\w*|datetime64|timedelta64|half|single|double|longdouble|inf|nan)$/,
  /^numpy\._?core\.multiarray\.(_reconstruct|scalar|array)$/,
  /^numpy\._?core\.numeric\._frombuffer$/,
  /^numpy\.(_?core\.records|rec)\.(recarray|record)$/,
  /^numpy\.dtypes\.\w+$/,
  /^numpy\.random\.(_pickle|mtrand|_mt19937|_pcg64|_philox|_sfc64|_generator|bit_generator)\.\w+$/,
  /^numpy\.ma\.(core\.)?(MaskedArray|_mareconstruct|MaskedConstant)$/,
];

/** Other modules whose pickles contain code, or which run programs or open connections. */
const CODE_PACKAGES: ReadonlySet<string> = new Set(
  words(
    'dill cloudpickle joblib pip setuptools pkg_resources IPython pytest _pytest pexpect ptyprocess paramiko fabric invoke sh plumbum asyncssh requests httpx urllib3 aiohttp websocket websockets nltk',
  ),
);
const MODULES_INSIDE =
  /^(os|sys|posix|nt|subprocess|builtins|__builtin__|importlib|ctypes|socket|shutil|pty|runpy|commands|popen2|pickle|marshal)$/;
const RUNS_CODE =
  /^(eval|exec|execfile|compile|system|[pP]open\d?|spawn\w*|exec[lv]\w*|getattr|setattr|delattr|globals|locals|vars|open|input|import_module|check_output|check_call|getoutput|getstatusoutput|run_module|run_path|run_code|runstring|runctx|startfile|dlopen|CDLL|load_module|exec_module|read_pickle|loads?|(unsafe|full)_load|__import__)$/;
/** The only name that PyTorch itself writes through a module. */
const MEMORY_FORMAT =
  /^torch\._utils:torch\.(channels_last(_3d)?|contiguous_format|preserve_format)$/;
const IDENTIFIER = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const OWN_SCRIPTS = /^__(main|mp_main)__$/;

/** Longer names do not occur, and checking them repeatedly would take long. */
const MAX_CHARACTERS = 500;

/** @throws Refused when the name is not data */
export function requireDataName(module: string, name: string): void {
  if (!isDataName(module, name)) throw new Refused(`${module}.${name}`);
}

function isDataName(module: string, name: string): boolean {
  if (module.length + name.length > MAX_CHARACTERS) return false;
  const [modules, names] = [module.split('.'), name.split('.')];
  if (![...modules, ...names].every((part) => IDENTIFIER.test(part))) return false;
  if (MEMORY_FORMAT.test(`${module}:${name}`)) return true;
  const top = modules[0]!;
  const known = PYTHON_DATA.get(ALIASES.get(module) ?? module);
  if (known !== undefined) return known.some((each) => includes(each, name));
  if (isPython(top)) return false;
  // Modules within modules may be anything that those import.
  if (!names.slice(0, -1).every((part) => CLASS.test(part))) return false;
  const parts = [...modules.slice(1), ...names];
  if (parts.some((part) => MODULES_INSIDE.test(part) || /^__\w+__$/.test(part))) return false;
  const full = `${module}.${name}`;
  if (top === 'torch') return TORCH_DATA.some((pattern) => pattern.test(full));
  if (top === 'numpy') return NUMPY_DATA.some((pattern) => pattern.test(full));
  return !CODE_PACKAGES.has(top) && !RUNS_CODE.test(names.at(-1)!);
}

function includes(known: Names, name: string): boolean {
  return known instanceof RegExp ? known.test(name) : known.includes(name);
}

/** Python's private modules begin with an underscore; of others only the script's own does. */
function isPython(top: string): boolean {
  if (OWN_SCRIPTS.test(top)) return false;
  return top.startsWith('_') || PYTHON_LIBRARY.has(top) || PYTHON_DATA.has(top) || ALIASES.has(top);
}
