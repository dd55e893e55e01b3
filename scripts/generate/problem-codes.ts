/** What a code of a run, a data set, a model or a report means, and what to do. */
export type ProblemEntry = readonly [meaning: string, remedy: string];

/** Codes of problems that are not in the text of an experiment, by what they are about. */
export const PROBLEM_CODES: Readonly<Record<string, Readonly<Record<string, ProblemEntry>>>> = {
  'Data sets': {
    'dataset-empty': [
      'The data set has no image that can be read.',
      'Check the paths that it names; convert files of other formats.',
    ],
    'identities-contradict': [
      'One photograph stands under two identities; both files are named. Nothing is left out.',
      'Remove the one that is wrong.',
    ],
    'gallery-identities-unknown': [
      'No identity of the gallery is one of the data set’s: whose its images are is taken as unknown.',
      'Write `identities: none`, or name people alike in both.',
    ],
    'identity-pattern': [
      'The pattern that says whose an image is fits none of the images: an error. Or not all of them, or it gives all of them one identity: a warning.',
      'Take another part of the path; the message says which parts there are.',
    ],
    'folder-unreadable': ['A folder of the data set cannot be listed.', 'Correct the path or its permissions.'],
    'folder-ambiguous': ['Two files have one name once their accents are composed (NFC).', 'Rename one of them.'],
    'file-unreadable': ['A file cannot be read.', 'Correct the path or its permissions.'],
    'celeba-identities-missing': [
      'There is no identity file.',
      'Put `identity_CelebA.txt` into the root, or name it with `identities:`.',
    ],
    'celeba-images-missing': [
      'The root has no folder of images.',
      'Put `img_align_celeba/` into the root, or name another with `images:`.',
    ],
    'celeba-partition-missing': [
      'A partition is asked for and its file is not there.',
      'Put `list_eval_partition.txt` into the root, or use `partition: all`.',
    ],
    'celeba-partition-incomplete': [
      'The partition file does not name every image that the identity file names.',
      'Use both as CelebA publishes them, or `partition: all`.',
    ],
    'celeba-format': ['A line is not of CelebA’s form.', 'Use the file as CelebA or Kaggle publishes it.'],
    'celeba-contradiction': ['An image is named twice, with two identities.', 'Remove one of the two lines.'],
    'csv-unreadable': ['The table is not there, or is no CSV.', 'Correct the path, the quotes or `delimiter:`.'],
    'subset-unreadable': ['The file is not there, or is no subset.', 'Save it again from the search panel.'],
    'csv-empty': ['The table has no row.', 'Write a header and a row an image.'],
    'csv-column': ['The table has no such column.', 'Name the columns with `image:` and `identity:`.'],
    'csv-column-twice': ['A column is named twice.', 'Rename one of them.'],
    'csv-images-missing': [
      'No image that the table names is there.',
      'Write paths that are absolute, or relative to the table.',
    ],
    'celeba-names': [
      'The folder holds none of the images that the identity file names.',
      'Use images and identities of one archive.',
    ],
    'csv-row': ['A row names no image.', 'Fill it in, or remove the row.'],
    'csv-contradiction': ['An image is named twice, with two identities.', 'Remove one of the two rows.'],
  },
  Images: {
    'image-missing': [
      'The data set names an image that is not there. It is counted and left out.',
      'Restore the file.',
    ],
    'image-passed-over': [
      'A file in a folder of images has an ending that is not read. It is counted by its ending and left out.',
      'Convert it, or give it the ending of what it holds.',
    ],
    'image-unreadable': [
      'A file cannot be read as an image. It is counted and left out.',
      'Replace the file, or remove it.',
    ],
    'image-gone': ['An image was there when the run began and is not now.', 'Restore it, and run again.'],
    'image-changed': ['An image was written to during the run.', 'Run again when nothing writes to it.'],
    'no-face': [
      'A model finds no face in an image, which so has no embedding. It is counted.',
      'Nothing, or leave out `align` of `onnx`, which then sees the whole image.',
    ],
  },
  Models: {
    'model-missing': ['The model’s file cannot be opened.', 'Correct the path.'],
    'model-incomplete': [
      'The model keeps weights in a file that is not there.',
      'Put it beside the model, by its own name.',
    ],
    'model-not-fetched': [
      'The weights of a published model are not on this machine.',
      'Run the command of the hint: `lookalike models fetch NAME`.',
    ],
    'text-encoder-missing': [
      'Words are asked for, and the model’s text encoder or tokenizer is not there.',
      'Fetch the model with its text encoder.',
    ],
    'tokenizer-unfit': ['The file is no tokenizer of CLIP.', 'Take the `tokenizer.json` of the same repository.'],
    'hub-unreachable': ['The hub or the mirror cannot be reached.', 'Check the network; `HTTPS_PROXY` names a proxy.'],
    'hub-untrusted': ['The server’s certificate is not trusted.', 'Name the proxy’s with `NODE_EXTRA_CA_CERTS`.'],
    'hub-unauthorised': ['The hub wants a token, or another one.', 'Put it into `HF_TOKEN`.'],
    'hub-not-found': ['The server does not have the file.', 'Leave `--mirror` out, or correct it.'],
    'hub-busy': ['The server asks to be left alone for a while.', 'Try again later.'],
    'hub-trouble': ['The server failed, again and again.', 'Try again later, or another mirror.'],
    'hub-refused': ['The server answers with something that no file is.', 'Try again later, or another mirror.'],
    'hub-redirects': ['Redirects lead nowhere, or to a less safe address.', 'Try another mirror.'],
    'download-stalled': ['Nothing came for too long.', 'Run the command again: what has come is kept.'],
    'download-cut': ['The connection broke, or the file came short.', 'Run the command again: what has come is kept.'],
    'download-page': ['A web page came where the file should be.', 'Log in to the network, or correct `--mirror`.'],
    'download-invalid': ['What came is no model, or no JSON.', 'Correct `--mirror`, or run the command again.'],
    'download-damaged': ['What came is not what the hub says that it is.', 'Run the command again.'],
    'checksum-changed': [
      'A file is not what it was when it was first fetched.',
      'Try another mirror, or remove its entry from the lock file if the change is wanted.',
    ],
    'attributes-unreadable': ['The list of attributes cannot be read.', 'Correct `truth`, or leave it out.'],
    'attributes-format': ['The file is no list of attributes.', 'Use CelebA’s or Kaggle’s as it is published.'],
    'attribute-unknown': ['The list has no attribute of this name.', 'Name one of those that the message lists.'],
    'model-invalid': ['The file is no ONNX model that can be used.', 'Export or download it again, in full.'],
    'weights-changed': [
      'A weight file of the face networks that come with Lookalike is missing, or another than it was tested with.',
      'Install Lookalike again; in a clone, `npm ci` and `npm run build`.',
    ],
    'model-unreadable': ['The bytes are no ONNX model.', 'Export or download it again, in full.'],
    'model-unfit': [
      'The model is no image encoder: its inputs or outputs are others.',
      'Name `output`, `size` or `layout`.',
    ],
    'model-unusable': ['ONNX Runtime refuses to run the model on an image.', 'Try the size that it was exported with.'],
    'model-too-new': [
      'The model is written for a later operator set, or in a later form, than this version’s ONNX Runtime runs.',
      'Export it for the operator set that the hint names, or an older one.',
    ],
    'no-embedding': [
      'A model gives NaN, infinity, numbers too large to compare, or zero for an image. It is counted and left out.',
      'Check `mean` and `std`, and the model’s precision.',
    ],
    'embeddings-unusable': [
      'A model gives the same embedding for all images, or none that compares with others: no figure of it would mean anything.',
      'Check `mean`, `std` and `output`, and the model’s precision.',
    ],
    'device-unavailable': [
      'ONNX Runtime cannot open the device that encoders are to compute on. Nothing is computed on another in its place.',
      'Take `--device cpu` (`lookalike.device: cpu`), or bring what the hint says that the device needs.',
    ],
    'device-unknown': [
      'The setting `lookalike.device` names no device.',
      'Set it to `cpu`, `webgpu`, `cuda`, `dml` or `coreml`.',
    ],
    'vectors-not-finite': ['A model gives NaN, infinity, or values too large to compare.', 'Check `mean` and `std`.'],
  },
  Perturbations: {
    'surrogate-unavailable': [
      'A model of `surrogates` has no gradient to give.',
      'Use `face-recognition`, or a model’s file by `onnx`.',
    ],
    'surrogate-unfit': [
      'A surrogate does not take or give what it says, or the surrogates take different numbers of images.',
      'Check `size`, `layout` and `output`; export it with a free batch dimension.',
    ],
    'surrogate-too-large': [
      'A surrogate’s weights are more than ONNX Runtime takes from memory.',
      'Use a smaller one, or export it in float16.',
    ],
    'operator-without-gradient': [
      'A surrogate has an operator that cannot be differentiated; the message names it and its node.',
      'Use another model, or export it with ONNX’s own operators.',
    ],
    'lpips-unfit': [
      'The model of LPIPS does not take two images and give one number, gives two equal images another number than 0, or, where LowKey follows it, cannot be differentiated.',
      'Export it with two inputs of free size in [-1, 1].',
    ],
    'opset-unsupported': [
      'A surrogate is of an operator set before 7, or means what no later one can say.',
      'Export it again.',
    ],
    'output-independent': ['A surrogate’s features do not depend on the photograph.', 'Name its `output`.'],
    'value-unknown': ['A surrogate has no input or output of the name that is asked for.', 'Correct `output`.'],
    'value-not-differentiable': [
      'A surrogate’s input holds no floating-point numbers.',
      'Export it with an input of float32.',
    ],
    'output-not-scalar': ['What is to be made small is more than one number.', 'Report it: it is a bug of a plugin.'],
    'name-taken': ['A surrogate has a value by the name that its gradient is to have.', 'Export it with other names.'],
    'gradient-not-finite': [
      'A surrogate’s gradient overflows for a photograph, which is counted and left out.',
      'Use another surrogate, or export this one in float32.',
    ],
    'perturbed-missing': [
      'There is no perturbed version of a photograph. It is counted and left out.',
      'Add it, or say by `pattern:` how it is named.',
    ],
    'perturbed-ambiguous': [
      'One file would be the perturbed version of several photographs. They are counted and left out.',
      'Use `{stem}` or `{id}` in `pattern`.',
    ],
    'perturbed-left-out': [
      'Some photographs have no perturbed version that can be used; the message counts them by reason.',
      'Add them, or say by `pattern:` how they are named.',
    ],
    'lpips-unmeasured': [
      'A model of LPIPS gives no number for some photographs: the square around the face is smaller than it can take, or what it gives is not finite. They have no LPIPS and are not in the mean.',
      'Where there are many, use photographs with larger faces, or a model that takes smaller ones.',
    ],
    'perturbation-empty': [
      'No photograph has a perturbed version that can be used, so there is nothing to measure.',
      'Say by `pattern:` how they are named, and perturb photographs at their own size.',
    ],
    'perturbed-unchanged': [
      'Perturbed photographs have the very pixels of their originals.',
      'Take out what is no version.',
    ],
    'target-missing': [
      'A targeted attack finds no face of somebody else to move a photograph towards. It is counted and left out.',
      'Check the name, and that the data set says whose each image is.',
    ],
    'budget-unreached': [
      'A perturbed photograph cannot be made as visible as `budget` or `like` asks. It is counted and left out.',
      'Ask for less, or make the perturbation itself stronger; nothing makes a change of nothing visible.',
    ],
    'perturbed-size': [
      'A perturbed photograph has another size than its original. It is counted and left out.',
      'Perturb photographs at their own size.',
    ],
    'purifier-size': [
      'A purifier takes images of another size than a photograph has, or gives one. The photograph is counted and left out.',
      'Take a network that takes any size, or photographs of its size.',
    ],
    'countermeasure-no-face': [
      'No photograph that comes out of a countermeasure has a face that the model finds: figures of those with a face have nothing to count.',
      'Take a weaker countermeasure.',
    ],
    'gallery-no-users': [
      'No identity has two photographs that can be used: nobody’s gallery can be perturbed.',
      'Use a data set that has, or `target: query`.',
    ],
    'command-not-run': ['The program cannot be run.', 'Name one on the PATH, or by its absolute path.'],
    'command-failed': ['The program ended with an error, or was killed.', 'Run it by hand on a folder of photographs.'],
    'command-timeout': ['The program did not end in time.', 'Raise `timeout`, or lower `batch`.'],
    'command-too-much': [
      'The program wrote more than makes sense.',
      'Raise `megabytes` if photographs are that large.',
    ],
    'command-wrote-nothing': [
      'The program ended well and wrote nothing that was looked for.',
      'Say by `pattern` how it names what it writes.',
    ],
  },
  'Retrieval services': {
    'service-unreachable': ['The service cannot be reached.', 'Check `url`; `HTTPS_PROXY` names a proxy.'],
    'service-stalled': ['The service did not answer in time, again and again.', 'Raise `timeout`, or run again later.'],
    'service-busy': [
      'The service asks to be left alone for a while.',
      'Lower `requestsPerSecond`, or run again later.',
    ],
    'service-trouble': ['The service failed, again and again.', 'Run again later: what was answered is kept.'],
    'service-refused': ['The service does not take the request.', 'Check `url`, `index` and the engine’s `model`.'],
    'service-answer-invalid': [
      'The answer is no list of results: a web page, mostly, or numbers that JSON does not have (NaN).',
      'Check that `url` is the address of a `/knn-service`.',
    ],
    'service-answer-too-large': [
      'The answer is larger than allowed.',
      'Ask for fewer `results`, or raise `megabytes`.',
    ],
    'result-unusable': [
      'A result has no similarity, or neither an image nor an address. It is counted and left out.',
      'Nothing.',
    ],
    'result-address-refused': [
      'A result’s image is said to be at an address that is not of the public web. It is counted and left out.',
      'If it is a machine of yours, name it in `privateHosts`.',
    ],
    'result-image-missing': [
      'A result’s image is not there any more, or did not come in time. It is counted and left out.',
      'Run again later: what did not come in time is asked for again.',
    ],
    'result-image-too-large': [
      'A result’s image is larger than allowed. It is counted and left out.',
      'Raise `imageMegabytes`.',
    ],
    'result-image-unreadable': [
      'What came as a result’s image is no photograph: a page, an SVG, a bomb. It is counted and left out.',
      'Nothing.',
    ],
  },
  Indexes: {
    'hnsw-unavailable': [
      'The native module of `hnsw` was not compiled when Lookalike was installed.',
      'Install a C++ compiler and then Lookalike again (in a clone, `npm ci`), or use `index: flat`.',
    ],
    'index-damaged': [
      'An index’s file cannot be used, or a database does not hold any more what was loaded into it.',
      'Run with `--no-cache` once.',
    ],
    'database-address': [
      'The address of a database has a password in it, a variable that is not set, or is none of PostgreSQL’s.',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as a file writes it
      'Write `${env:NAME}` where the password would stand, and set that variable where the editor or the command is started.',
    ],
    'database-unreachable': [
      'The database does not answer: no server, no such database or user, another password, or a connection that broke.',
      'See whether the server runs and takes you in; then run again: what was loaded is kept.',
    ],
    'database-refused': [
      'The database answers and does not do it: no right, no room, no connection left, or it is read-only.',
      'The message is the server’s own: grant the right, or make room; then run again.',
    ],
    'database-unfit': [
      'The database has no pgvector, one that is older than 0.5, somebody else’s schema `lookalike` or one of a newer Lookalike; or the vectors are too long for it.',
      'The hint says what of these, and what to install. Nothing that is there is touched.',
    ],
  },
  Runs: {
    'spec-invalid': ['The experiment file has an error.', 'Run `lookalike check` on it: it says where.'],
    'variant-unknown': [
      'No variant of the file has what `--variant` asks for.',
      'Write an axis and one of its values; the hint lists them.',
    ],
    'variant-needed': [
      'A file with a `matrix` is many experiments, and one is wanted.',
      'Choose it: `--variant path=value`, once an axis.',
    ],
    'expectation-failed': ['An expectation does not hold.', 'Look at the results: the run itself is done.'],
    'permission-needed': [
      'The experiment runs a program, or sends images to another machine, and nobody has said yes to that.',
      'Look at what the file says; then run it with `--allow`.',
    ],
    'gallery-empty': ['The engine’s model can embed no image of the gallery.', 'Check its root and what is in it.'],
    'unlike-authors': [
      'An attack bears the name of a published one and has not its settings: `lowkey` without `lpips:` weighs what may be seen by DSSIM, where its authors’ tool does by LPIPS. Its figures are not theirs.',
      'Say so where you give its figures, or give it the authors’ setting: `lpips:` with a model of LPIPS.',
    ],
    'protection-linear-left-out': [
      'A gallery is too large for logistic regression, which is fitted for each person: the protection rate is by 1-NN alone.',
      'Take fewer people, or a model of shorter vectors as `threshold.model`.',
    ],
    'largest-faces-alone': [
      'A model embeds all faces of a photograph (`faces: all`), and a folder that is exported has one row a photograph, its largest face. The message counts the others.',
      'Serve the experiment itself, which finds photographs by any of their faces, or measure that with a run: `retrieve` and `robustness`, or `accuracy`.',
    ],
    'duplicates-not-merged': [
      'Near-duplicates are to be merged, and the engine’s model does not say when two images are such.',
      'Use a model that does, or leave `deduplicate` out.',
    ],
    'threshold-no-pairs': [
      'No identity has two different photographs with an embedding, so there is no threshold: copies are one.',
      'Use a data set that has, and says whose each image is.',
    ],
    'queries-set-aside': [
      'A threshold is set by a false match rate, and every identity is queried: half of them, drawn by seed, set it, and their queries are counted and not judged.',
      'Nothing, or query fewer people: `queries: {sample: 1000}`.',
    ],
    'fmr-too-small': [
      'A threshold is asked for at a false match rate that is less than one of the impostor pairs of identities that no query belongs to. The smallest that they measure is named.',
      'Ask for a larger rate, or query fewer people.',
    ],
    'fmr-too-alike': [
      'So many of the least impostor distances are equal, or all but, that no threshold has the false match rate that is asked for.',
      'Ask for a larger rate; a model that tells no two people apart has no such threshold.',
    ],
    'threshold-not-comparable': [
      'A search orders by cosines, and `threshold.distance` is a distance of vectors that are not of length 1: the search shows no threshold.',
      'Set the threshold by `percentile` or `fmr`.',
    ],
    'identification-nobody': [
      'Nobody is enrolled, nobody who is enrolled has an image left to search for, or nobody is unknown.',
      'Enrol fewer images, leave another share of people unknown, or use a data set that says whose each image is.',
    ],
    'identification-fpir-too-small': [
      'A false positive identification rate is asked for that is less than one of the unknown probes: the smallest that can be measured is named.',
      'Ask for a larger one in `identification.fpir`, or leave more people unknown.',
    ],
    'pairs-unreadable': ['The file of pairs cannot be read.', 'Correct `verification.pairs.file`.'],
    'pairs-format': [
      'A line of the file is no pair of LFW’s form, nor of a table with two paths and `same`.',
      'Use LFW’s pairs.txt as it is published, or a CSV whose header is `first,second,same`.',
    ],
    'pairs-image-missing': [
      'A line of the file of pairs names an image that the data set does not have, or that cannot be read.',
      'Check the data set’s root, and that pairs and images are of one archive.',
    ],
    'pairs-image-ambiguous': [
      'A line of the file of pairs names what several images of the data set are called.',
      'Leave one of them out of the data set.',
    ],
    'verification-no-pairs': [
      'No two different photographs of one person, or of two people, have an embedding, so there is no pair to compare: copies are one.',
      'Use a data set that has, and says whose each image is.',
    ],
    'verification-fmr-too-small': [
      'A false match rate is asked for that is less than one of the impostor pairs: the smallest that can be measured is named.',
      'Ask for a larger one in `verification.fmr`, or compare more pairs.',
    ],
    'verification-too-many-pairs': [
      'There are more genuine pairs than can be held at a time.',
      'Draw some of them: `verification: {pairs: {sample: 1000000}}`.',
    ],
    'verification-too-alike': [
      'Tens of millions of impostor distances are equal to five digits, so that no threshold can be told among them.',
      'Draw some pairs: `verification: {pairs: {sample: 1000000}}`.',
    ],
    'cache-damaged': [
      'A file of the cache was cut short, altered or replaced. What it held is computed again.',
      'Nothing.',
    ],
    'waiting-for-run': [
      'Another run computes on the same cores or the same images. This one goes on when that one lets it.',
      'Nothing, or end the other run.',
    ],
    'memory-short': [
      'Memory or threads were lacking. It says nothing of the file that was being read, and nothing of it is kept.',
      'Close other programs, raise the limits (`ulimit -a`), or lower `--threads`, and run again.',
    ],
    'cache-changed': ['A file of the cache was altered while a run was using it.', 'Run again: it is computed anew.'],
    'home-unfit': [
      'The private folder `.lookalike` is a file, or a link to something that is no private folder.',
      'Remove the link or the file; a run makes the folder anew.',
    ],
    'purge-incomplete': [
      'The system keeps something of the private folder from being removed: it is mounted, in use, or not yours.',
      'Unmount it or end what uses it, and purge again.',
    ],
    'disk-full': ['There is no space left to write to.', 'Free some and run again: what was finished is kept.'],
    'folder-read-only': ['The file system cannot be written to.', 'Put the experiment, or `--out`, elsewhere.'],
    'permission-denied': ['A file or folder may not be read or written.', 'Change its permissions.'],
    'too-many-files': ['The process may not open more files.', 'Raise the limit (`ulimit -n`).'],
    'run-folder-busy': ['The folder belongs to a run that is going on.', 'Wait for it, or name another with `--out`.'],
    'run-folder-taken': ['The folder holds files that are no part of a run.', 'Name an empty one with `--out`.'],
    'run-folder-unwritable': [
      'The run’s folder cannot be made.',
      'Put the experiment, or `--out`, where you may write.',
    ],
    'runner-crashed': [
      'A process of ours ended before it finished. The message names the last error; the hint names the log with its trace.',
      'Run again: what was finished is kept.',
    ],
  },
  'Executors and clusters': {
    'executor-unknown': ['There is no executor of that name.', 'Take one of those that the message lists.'],
    'executor-invalid': [
      'A setting of the executor is not one that it takes, or has a value that it does not take.',
      'See [Executors](plugins.md#executors) for its settings.',
    ],
    'cluster-missing': [
      'A command of Slurm is not there.',
      'Run where `sbatch` works, a login node mostly, or without `--executor slurm`.',
    ],
    'cluster-away': [
      'Slurm’s controller did not answer. What had been handed over goes on, and what is finished is kept.',
      'Run again when `sinfo` answers.',
    ],
    'cluster-refused': [
      'Slurm refused the jobs: there is no such partition or account, or no node has what a task is to have. Its own words stand in the message.',
      'Change the setting that they name, by `--executor-set key=value`; of a partition the hint lists those that there are.',
    ],
    'cluster-queue-full': [
      'You have as many jobs in the queue as you may, and none of this run was accepted. Where some were, the others follow by themselves.',
      'Run again when some have ended, or ask for a higher limit.',
    ],
    'cluster-waits': [
      'For a minute nothing was computed: tasks wait for a node, or the queue does not answer. The reason is Slurm’s.',
      'Wait, or cancel the run; a node that is drained or a partition that is down say so in `sinfo`.',
    ],
    'cluster-jobs-left': [
      'The run has ended, and it could not be made sure that its jobs have.',
      'Run the `scancel` of the hint.',
    ],
    'shard-failed': [
      'A shard was handed over three times and is not there. The message says how its last task ended and where; the log of each is named.',
      'Read the log. Where there is none, see whether the node sees the folder and can start Lookalike.',
    ],
    'shards-wanted': [
      'A run with `--executor manual` waits for shards that you have computed.',
      'Run the command of the hint for each.',
    ],
    'shard-unknown': ['The plan has no shard of that number.', 'Number them from 0.'],
    'plan-missing': [
      'There is no plan in the folder: it is another one, or the run that wrote it has ended, or this machine does not see it.',
      'Give the folder that the run says, as it is seen from this machine.',
    ],
    'plan-unusable': ['The plan is of another version of Lookalike, or damaged.', 'Run the same version everywhere.'],
  },
  'Runs in an editor': {
    'server-unavailable': ['The language server does not answer.', 'Run “Lookalike: Restart Language Server”.'],
    'not-allowed': ['You did not allow what the experiment needs.', 'Run it again, and allow it.'],
    'experiment-missing': ['The run’s experiment file was moved or removed.', 'Look at the run’s `spec.yaml`.'],
    'rename-refused': ['Nothing there has a name to change, or the new one cannot be used.', 'Choose another name.'],
    'workspace-untrusted': ['Nothing of a workspace is run that the user does not trust.', 'Trust the workspace.'],
    'run-going-on': ['The file is being run, or a run uses the folder.', 'Wait for the run to end, or cancel it.'],
    'stopped-with-editor': [
      'The window that started the run was closed or reloaded, and `lookalike.stopWithEditor` is on.',
      'Run it again to go on, or turn the setting off: runs then go on by themselves.',
    ],
    'run-unknown': [
      'No run of the workspace has this folder or id.',
      'Refresh the list of runs; in a terminal `lookalike runs` has it.',
    ],
    'file-not-here': ['The file is neither open nor in the workspace.', 'Open it first.'],
    'plan-failed': ['What a run would cost could not be worked out.', 'Run `lookalike plan` to see why.'],
    'plan-cancelled': ['The file was changed before its plan was known.', 'Nothing: the next plan follows.'],
    'table-not-written': ['The table of queries cannot be written.', 'Make room in the run’s folder.'],
  },
  'Searching images': {
    'search-closed': ['The images are not open to be searched.', 'Open them again in the search panel.'],
    'search-cancelled': ['Something else was searched for meanwhile.', 'Nothing.'],
    'result-unknown': ['The model has no embedding of the image that is searched by.', 'Choose another model.'],
  },
  'Serving an index': {
    'serve-no-model': ['The experiment embeds with no model.', 'Add `embed: {models: […]}`: each model is an index.'],
    'port-taken': [
      'Something else listens on the port.',
      'Stop it, or name another with `--port`; 0 takes a free one.',
    ],
    'address-unusable': ['The address or the port is none to serve at.', 'Correct `--host` or `--port`.'],
    'not-ready': ['The images are still being embedded.', 'Ask again later.'],
    'host-refused': [
      'The request calls the server by a name that it does not go by.',
      'Use its address, or localhost.',
    ],
    'origin-refused': ['A page of another site asked.', 'Open the page from this machine.'],
    'path-unknown': ['The server has no such path.', 'Use one that the message names.'],
    'method-unknown': ['The path takes no such method.', 'Use one that the message names.'],
    'body-too-large': [
      'The request is larger than any that is read, or has more values.',
      'Send a smaller image, or one embedding.',
    ],
    'query-too-large': [
      'The image that is searched by has too many pixels to be decoded for a request.',
      'Send a smaller image.',
    ],
    'server-busy': [
      'More is asked than the server answers in time, or holds at once.',
      'Ask again in some seconds, less at once.',
    ],
    'json-invalid': ['The body is no JSON.', 'Send JSON; its content type does not matter.'],
    'request-invalid': [
      'The request lacks a key, or has a value that it may not have.',
      'Correct what the message names.',
    ],
    'index-unknown': ['No index has this name.', 'Use a name of `/indices-list`.'],
    'id-unknown': ['The index has no image with this id.', 'Use ids of its own results.'],
    'modality-unsupported': ['Captions are not indexed.', 'Set `modality` to `image`.'],
    'query-missing': ['The request asks by nothing.', 'Give `text`, `image`, `image_url` or `embedding_input`.'],
    'text-unsupported': ['The model embeds images alone.', 'Ask an index of a CLIP model.'],
    'mclip-unavailable': ['There is no multilingual text encoder.', 'Set `use_mclip` to false.'],
    'image-url-refused': [
      'Nothing is fetched from the network.',
      'Send the image in `image`, or as a `data:` address.',
    ],
    'dimension-mismatch': ['The embedding is not as long as the model’s.', 'Send one that this model made.'],
    'embedding-unusable': ['The embedding is zero, or not all of it finite.', 'Send one that points somewhere.'],
    'internal-error': ['The server has a bug, and goes on.', 'Report it, with what the message says.'],
  },
  'Folders of embeddings': {
    'folder-incomplete': [
      'The folder lacks a file of clip-retrieval’s format.',
      'Put it there: `img_emb/img_emb_N.npy` and `metadata/metadata_N.parquet` for each N.',
    ],
    'npy-invalid': [
      'A file of embeddings is cut, or holds something else.',
      'Write it as `numpy.save` writes a C-ordered matrix of float16 or float32.',
    ],
    'parquet-invalid': [
      'A file of metadata is cut, holds something else, or has other rows than its embeddings.',
      'Write it with pandas or `lookalike export`, one row an embedding.',
    ],
    'folder-too-large': ['The vectors need more memory than the machine has.', 'Serve a part of the folder’s files.'],
    'folder-not-empty': ['The folder to export to holds something.', 'Name one that is not there yet, or is empty.'],
    'model-unknown': ['The experiment has no model of the name to export.', 'Name one that the message lists.'],
    'photographs-changed': [
      'A run is to be exported whose data set has other photographs now than when it was run.',
      'Run it again and export that run, or export the experiment’s file.',
    ],
    'query-model-unknown': [
      'A query is to be embedded, and nobody has said which model made the folder’s embeddings.',
      'Start the server with `--model NAME`, or ask by `embedding_input`.',
    ],
    'option-unfit': ['`--model` or `--images` is given for an experiment.', 'Leave it out, or serve a folder.'],
    'folder-missing': ['`--images` names no folder.', 'Correct the path.'],
  },
  'The command line': {
    'invalid-argument': ['A command does not take the argument.', 'See `lookalike help`.'],
    'experiment-none': [
      'A folder holds no experiment file, nor does any below it.',
      'Name one that does: experiment files end in `.experiment.yaml` or `.experiment.yml`.',
    ],
    'file-changed': ['The file was changed while it was being put right. Nothing was written.', 'Try again.'],
    'file-not-utf8': [
      'The file would be written in UTF-8, and is in another encoding. Nothing was written.',
      'Save it as UTF-8.',
    ],
    'file-of-run': [
      'The file is what a run keeps of its experiment, which stays as it was run.',
      'Change the experiment’s own file.',
    ],
    'file-there': ['There is a file of this name, and a template is written over none.', 'Name another with `--to`.'],
    'file-unwritable': ['The file cannot be written.', 'Correct its permissions or those of its folder.'],
    'not-formatted': [
      'What is not valid YAML cannot be laid out.',
      'Put right what `lookalike check` names; `--fix` puts plain slips right.',
    ],
    'template-unknown': ['There is no template of the name.', '`lookalike init` lists those there are.'],
    'run-ambiguous': ['Several runs have ids that begin so.', 'Write as much of the id as no other has.'],
    'runs-condition': [
      'What is asked of runs is not of the form `path op value`.',
      'Write a path, one of `>= <= > < == != ~`, and a value: `--where "poison.fawkes.mode == high"`.',
    ],
    'runs-path-unknown': [
      'No run of the folder has a setting or figure of the path, and it is no field of runs.',
      'Correct the path: `lookalike runs list --json` has them all.',
    ],
    'run-text-unusable': [
      'The text that the run keeps of its experiment is gone or altered, so that it cannot be run again.',
      'Run the experiment’s own file.',
    ],
    'verifier-distances-missing': [
      'The run keeps no distances by which another threshold can be looked at: it has no threshold, or is of an earlier version.',
      'Run the experiment again: what was computed is in the cache.',
    ],
    'embeddings-missing': [
      'No embedding of the run’s images is kept any more, or the run does not say where: it was made elsewhere or by an earlier version, or the cache was removed.',
      'Run the experiment again: what is not kept is computed anew.',
    ],
    'map-too-small': ['UMAP needs more photographs than there are.', 'Look at the map by PCA.'],
    'exploring-cancelled': [
      'What was asked of a run’s embeddings was stopped before it was known.',
      'Ask for it again.',
    ],
    'threshold-not-written': [
      'The number of the threshold cannot be replaced in the experiment’s file: it stands nowhere, or is no plain number.',
      'Write it there yourself; the message says what.',
    ],
    'threshold-in-matrix': [
      'The threshold is an axis of the experiment’s matrix, which sets it whatever stands in `threshold`.',
      'Add the value to the axis.',
    ],
    'run-queries-unusable': ['The run’s records of its queries cannot be read.', 'Run the experiment again.'],
    'note-too-long': ['A note of a run is longer than any that is kept.', 'Write a shorter one.'],
    'note-unreadable': [
      'The run’s `note.json` was cut short, altered or replaced.',
      'Write the note again: `lookalike runs note`.',
    ],
    'confirmation-needed': [
      'Something would be removed for good, and nobody can be asked.',
      'Say `--yes` to have it removed.',
    ],
  },
  Reports: {
    'run-record-missing': ['There is no `run.json`, in which a run says what it does.', 'Name the folder of a run.'],
    'run-record-unusable': [
      '`run.json` is a folder or a link, was altered, or comes from a newer version.',
      'The results are shown without it; remove the run, or run again.',
    ],
    'results-missing': ['The folder has no `results.json`.', 'Name the folder of a run that has ended.'],
    'results-unreadable': ['`results.json` cannot be read.', 'Correct its permissions.'],
    'results-too-large': ['`results.json` is larger than any that is written.', 'Run the experiment again.'],
    'results-invalid': ['`results.json` holds no results.', 'Run the experiment again.'],
    'results-version': ['The results are of a version that cannot be read.', 'Use the Lookalike that wrote them.'],
    'neighbours-unusable': ['The run’s neighbours cannot be read.', 'Run the experiment again to have them shown.'],
    'too-many-runs': ['A report compares with too many runs.', 'Name fewer.'],
    'report-not-written': ['The report’s file cannot be written.', 'Name another with `--html`.'],
    'report-code-missing': ['The built page of reports is not there.', 'Run `npm run build`.'],
  },
  Plugins: {
    'plugin-unloadable': ['The module cannot be imported.', 'Correct the path given with `--plugin`.'],
    'plugin-invalid': ['The module exports no plugin that can be used.', 'Export what `definePlugin` gives.'],
  },
};
