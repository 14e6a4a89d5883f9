import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 57:
/***/ ((module) => {

function isBuffer(value) {
  return Buffer.isBuffer(value) || value instanceof Uint8Array
}

function isEncoding(encoding) {
  return Buffer.isEncoding(encoding)
}

function alloc(size, fill, encoding) {
  return Buffer.alloc(size, fill, encoding)
}

function allocUnsafe(size) {
  return Buffer.allocUnsafe(size)
}

function allocUnsafeSlow(size) {
  return Buffer.allocUnsafeSlow(size)
}

function byteLength(string, encoding) {
  return Buffer.byteLength(string, encoding)
}

function compare(a, b) {
  return Buffer.compare(a, b)
}

function concat(buffers, totalLength) {
  return Buffer.concat(buffers, totalLength)
}

function copy(source, target, targetStart, start, end) {
  return toBuffer(source).copy(target, targetStart, start, end)
}

function equals(a, b) {
  return toBuffer(a).equals(b)
}

function fill(buffer, value, offset, end, encoding) {
  return toBuffer(buffer).fill(value, offset, end, encoding)
}

function from(value, encodingOrOffset, length) {
  return Buffer.from(value, encodingOrOffset, length)
}

function includes(buffer, value, byteOffset, encoding) {
  return toBuffer(buffer).includes(value, byteOffset, encoding)
}

function indexOf(buffer, value, byfeOffset, encoding) {
  return toBuffer(buffer).indexOf(value, byfeOffset, encoding)
}

function lastIndexOf(buffer, value, byteOffset, encoding) {
  return toBuffer(buffer).lastIndexOf(value, byteOffset, encoding)
}

function swap16(buffer) {
  return toBuffer(buffer).swap16()
}

function swap32(buffer) {
  return toBuffer(buffer).swap32()
}

function swap64(buffer) {
  return toBuffer(buffer).swap64()
}

function toBuffer(buffer) {
  if (Buffer.isBuffer(buffer)) return buffer
  return Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}

function toString(buffer, encoding, start, end) {
  return toBuffer(buffer).toString(encoding, start, end)
}

function toHex(buffer, start, end) {
  return toBuffer(buffer).toString('hex', start, end)
}

function write(buffer, string, offset, length, encoding) {
  return toBuffer(buffer).write(string, offset, length, encoding)
}

function readDoubleBE(buffer, offset) {
  return toBuffer(buffer).readDoubleBE(offset)
}

function readDoubleLE(buffer, offset) {
  return toBuffer(buffer).readDoubleLE(offset)
}

function readFloatBE(buffer, offset) {
  return toBuffer(buffer).readFloatBE(offset)
}

function readFloatLE(buffer, offset) {
  return toBuffer(buffer).readFloatLE(offset)
}

function readInt32BE(buffer, offset) {
  return toBuffer(buffer).readInt32BE(offset)
}

function readInt32LE(buffer, offset) {
  return toBuffer(buffer).readInt32LE(offset)
}

function readUInt32BE(buffer, offset) {
  return toBuffer(buffer).readUInt32BE(offset)
}

function readUInt32LE(buffer, offset) {
  return toBuffer(buffer).readUInt32LE(offset)
}

function writeDoubleBE(buffer, value, offset) {
  return toBuffer(buffer).writeDoubleBE(value, offset)
}

function writeDoubleLE(buffer, value, offset) {
  return toBuffer(buffer).writeDoubleLE(value, offset)
}

function writeFloatBE(buffer, value, offset) {
  return toBuffer(buffer).writeFloatBE(value, offset)
}

function writeFloatLE(buffer, value, offset) {
  return toBuffer(buffer).writeFloatLE(value, offset)
}

function writeInt32BE(buffer, value, offset) {
  return toBuffer(buffer).writeInt32BE(value, offset)
}

function writeInt32LE(buffer, value, offset) {
  return toBuffer(buffer).writeInt32LE(value, offset)
}

function writeUInt32BE(buffer, value, offset) {
  return toBuffer(buffer).writeUInt32BE(value, offset)
}

function writeUInt32LE(buffer, value, offset) {
  return toBuffer(buffer).writeUInt32LE(value, offset)
}

module.exports = {
  isBuffer,
  isEncoding,
  alloc,
  allocUnsafe,
  allocUnsafeSlow,
  byteLength,
  compare,
  concat,
  copy,
  equals,
  fill,
  from,
  includes,
  indexOf,
  lastIndexOf,
  swap16,
  swap32,
  swap64,
  toBuffer,
  toString,
  toHex,
  write,
  readDoubleBE,
  readDoubleLE,
  readFloatBE,
  readFloatLE,
  readInt32BE,
  readInt32LE,
  readUInt32BE,
  readUInt32LE,
  writeDoubleBE,
  writeDoubleLE,
  writeFloatBE,
  writeFloatLE,
  writeInt32BE,
  writeInt32LE,
  writeUInt32BE,
  writeUInt32LE
}


/***/ }),

/***/ 580:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {

module.exports = __nccwpck_require__(434)


/***/ }),

/***/ 587:
/***/ ((module) => {

module.exports = class FixedFIFO {
  constructor (hwm) {
    if (!(hwm > 0) || ((hwm - 1) & hwm) !== 0) throw new Error('Max size for a FixedFIFO should be a power of two')
    this.buffer = new Array(hwm)
    this.mask = hwm - 1
    this.top = 0
    this.btm = 0
    this.next = null
  }

  clear () {
    this.top = this.btm = 0
    this.next = null
    this.buffer.fill(undefined)
  }

  push (data) {
    if (this.buffer[this.top] !== undefined) return false
    this.buffer[this.top] = data
    this.top = (this.top + 1) & this.mask
    return true
  }

  shift () {
    const last = this.buffer[this.btm]
    if (last === undefined) return undefined
    this.buffer[this.btm] = undefined
    this.btm = (this.btm + 1) & this.mask
    return last
  }

  peek () {
    return this.buffer[this.btm]
  }

  isEmpty () {
    return this.buffer[this.btm] === undefined
  }
}


/***/ }),

/***/ 867:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {

const FixedFIFO = __nccwpck_require__(587)

module.exports = class FastFIFO {
  constructor (hwm) {
    this.hwm = hwm || 16
    this.head = new FixedFIFO(this.hwm)
    this.tail = this.head
    this.length = 0
  }

  clear () {
    this.head = this.tail
    this.head.clear()
    this.length = 0
  }

  push (val) {
    this.length++
    if (!this.head.push(val)) {
      const prev = this.head
      this.head = prev.next = new FixedFIFO(2 * this.head.buffer.length)
      this.head.push(val)
    }
  }

  shift () {
    if (this.length !== 0) this.length--
    const val = this.tail.shift()
    if (val === undefined && this.tail.next) {
      const next = this.tail.next
      this.tail.next = null
      this.tail = next
      return this.tail.shift()
    }

    return val
  }

  peek () {
    const val = this.tail.peek()
    if (val === undefined && this.tail.next) return this.tail.next.peek()
    return val
  }

  isEmpty () {
    return this.length === 0
  }
}


/***/ }),

/***/ 204:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {

const { EventEmitter } = __nccwpck_require__(580)
const FIFO = __nccwpck_require__(867)
const TextDecoder = __nccwpck_require__(934)

const StreamError = __nccwpck_require__(657)

// if we do a future major, expect queue microtask to be there always, for now a bit defensive
const qmt =
  typeof queueMicrotask === 'undefined' ? (fn) => global.process.nextTick(fn) : queueMicrotask

// 29 bits used total (4 from shared, 14 from read, and 11 from write)
const MAX = (1 << 29) - 1

// Shared state
const OPENING = 0b0001
const PREDESTROYING = 0b0010
const DESTROYING = 0b0100
const DESTROYED = 0b1000

const NOT_OPENING = MAX ^ OPENING
const NOT_PREDESTROYING = MAX ^ PREDESTROYING

// Read state (4 bit offset from shared state)
const READ_ACTIVE = 0b00000000000001 << 4
const READ_UPDATING = 0b00000000000010 << 4
const READ_PRIMARY = 0b00000000000100 << 4
const READ_QUEUED = 0b00000000001000 << 4
const READ_RESUMED = 0b00000000010000 << 4
const READ_PIPE_DRAINED = 0b00000000100000 << 4
const READ_ENDING = 0b00000001000000 << 4
const READ_EMIT_DATA = 0b00000010000000 << 4
const READ_EMIT_READABLE = 0b00000100000000 << 4
const READ_EMITTED_READABLE = 0b00001000000000 << 4
const READ_DONE = 0b00010000000000 << 4
const READ_NEXT_TICK = 0b00100000000000 << 4
const READ_NEEDS_PUSH = 0b01000000000000 << 4
const READ_READ_AHEAD = 0b10000000000000 << 4

// Combined read state
const READ_FLOWING = READ_RESUMED | READ_PIPE_DRAINED
const READ_ACTIVE_AND_NEEDS_PUSH = READ_ACTIVE | READ_NEEDS_PUSH
const READ_PRIMARY_AND_ACTIVE = READ_PRIMARY | READ_ACTIVE
const READ_EMIT_READABLE_AND_QUEUED = READ_EMIT_READABLE | READ_QUEUED
const READ_RESUMED_READ_AHEAD = READ_RESUMED | READ_READ_AHEAD

const READ_NOT_ACTIVE = MAX ^ READ_ACTIVE
const READ_NON_PRIMARY = MAX ^ READ_PRIMARY
const READ_NON_PRIMARY_AND_PUSHED = MAX ^ (READ_PRIMARY | READ_NEEDS_PUSH)
const READ_PUSHED = MAX ^ READ_NEEDS_PUSH
const READ_PAUSED = MAX ^ READ_RESUMED
const READ_NOT_QUEUED = MAX ^ (READ_QUEUED | READ_EMITTED_READABLE)
const READ_NOT_ENDING = MAX ^ READ_ENDING
const READ_PIPE_NOT_DRAINED = MAX ^ READ_FLOWING
const READ_NOT_NEXT_TICK = MAX ^ READ_NEXT_TICK
const READ_NOT_UPDATING = MAX ^ READ_UPDATING
const READ_NO_READ_AHEAD = MAX ^ READ_READ_AHEAD
const READ_PAUSED_NO_READ_AHEAD = MAX ^ READ_RESUMED_READ_AHEAD

// Write state (18 bit offset, 4 bit offset from shared state and 14 from read state)
const WRITE_ACTIVE = 0b00000000001 << 18
const WRITE_UPDATING = 0b00000000010 << 18
const WRITE_PRIMARY = 0b00000000100 << 18
const WRITE_QUEUED = 0b00000001000 << 18
const WRITE_UNDRAINED = 0b00000010000 << 18
const WRITE_DONE = 0b00000100000 << 18
const WRITE_EMIT_DRAIN = 0b00001000000 << 18
const WRITE_NEXT_TICK = 0b00010000000 << 18
const WRITE_WRITING = 0b00100000000 << 18
const WRITE_FINISHING = 0b01000000000 << 18
const WRITE_CORKED = 0b10000000000 << 18

const WRITE_NOT_ACTIVE = MAX ^ (WRITE_ACTIVE | WRITE_WRITING)
const WRITE_NON_PRIMARY = MAX ^ WRITE_PRIMARY
const WRITE_NOT_FINISHING = MAX ^ (WRITE_ACTIVE | WRITE_FINISHING)
const WRITE_DRAINED = MAX ^ WRITE_UNDRAINED
const WRITE_NOT_QUEUED = MAX ^ WRITE_QUEUED
const WRITE_NOT_NEXT_TICK = MAX ^ WRITE_NEXT_TICK
const WRITE_NOT_UPDATING = MAX ^ WRITE_UPDATING
const WRITE_NOT_CORKED = MAX ^ WRITE_CORKED

// Combined shared state
const ACTIVE = READ_ACTIVE | WRITE_ACTIVE
const NOT_ACTIVE = MAX ^ ACTIVE
const DONE = READ_DONE | WRITE_DONE
const DESTROY_STATUS = DESTROYING | DESTROYED | PREDESTROYING
const OPEN_STATUS = DESTROY_STATUS | OPENING
const AUTO_DESTROY = DESTROY_STATUS | DONE
const NON_PRIMARY = WRITE_NON_PRIMARY & READ_NON_PRIMARY
const ACTIVE_OR_TICKING = WRITE_NEXT_TICK | READ_NEXT_TICK
const TICKING = ACTIVE_OR_TICKING & NOT_ACTIVE
const IS_OPENING = OPEN_STATUS | TICKING

// Combined shared state and read state
const READ_PRIMARY_STATUS = OPEN_STATUS | READ_ENDING | READ_DONE
const READ_STATUS = OPEN_STATUS | READ_DONE | READ_QUEUED
const READ_ENDING_STATUS = OPEN_STATUS | READ_ENDING | READ_QUEUED
const READ_READABLE_STATUS = OPEN_STATUS | READ_EMIT_READABLE | READ_QUEUED | READ_EMITTED_READABLE
const SHOULD_NOT_READ =
  OPEN_STATUS | READ_ACTIVE | READ_ENDING | READ_DONE | READ_NEEDS_PUSH | READ_READ_AHEAD
const READ_BACKPRESSURE_STATUS = DESTROY_STATUS | READ_ENDING | READ_DONE
const READ_UPDATE_SYNC_STATUS = READ_UPDATING | OPEN_STATUS | READ_NEXT_TICK | READ_PRIMARY
const READ_NEXT_TICK_OR_OPENING = READ_NEXT_TICK | OPENING

// Combined write state
const WRITE_PRIMARY_STATUS = OPEN_STATUS | WRITE_FINISHING | WRITE_DONE
const WRITE_QUEUED_AND_UNDRAINED = WRITE_QUEUED | WRITE_UNDRAINED
const WRITE_QUEUED_AND_ACTIVE = WRITE_QUEUED | WRITE_ACTIVE
const WRITE_DRAIN_STATUS = WRITE_QUEUED | WRITE_UNDRAINED | OPEN_STATUS | WRITE_ACTIVE
const WRITE_STATUS = OPEN_STATUS | WRITE_ACTIVE | WRITE_QUEUED | WRITE_CORKED
const WRITE_PRIMARY_AND_ACTIVE = WRITE_PRIMARY | WRITE_ACTIVE
const WRITE_ACTIVE_AND_WRITING = WRITE_ACTIVE | WRITE_WRITING
const WRITE_FINISHING_STATUS = OPEN_STATUS | WRITE_FINISHING | WRITE_QUEUED_AND_ACTIVE | WRITE_DONE
const WRITE_BACKPRESSURE_STATUS = WRITE_UNDRAINED | DESTROY_STATUS | WRITE_FINISHING | WRITE_DONE
const WRITE_UPDATE_SYNC_STATUS = WRITE_UPDATING | OPEN_STATUS | WRITE_NEXT_TICK | WRITE_PRIMARY
const WRITE_DROP_DATA = WRITE_FINISHING | WRITE_DONE | DESTROY_STATUS

const asyncIterator = Symbol.asyncIterator || Symbol('asyncIterator')

class WritableState {
  constructor(
    stream,
    { highWaterMark = 16384, map = null, mapWritable, byteLength, byteLengthWritable } = {}
  ) {
    this.stream = stream
    this.queue = new FIFO()
    this.highWaterMark = highWaterMark
    this.buffered = 0
    this.error = null
    this.pipeline = null
    this.drains = null // if we add more seldomly used helpers we might them into a subobject so its a single ptr
    this.byteLength = byteLengthWritable || byteLength || defaultByteLength
    this.map = mapWritable || map
    this.afterWrite = afterWrite.bind(this)
    this.afterUpdateNextTick = updateWriteNT.bind(this)
  }

  get ending() {
    return (this.stream._duplexState & WRITE_FINISHING) !== 0
  }

  get ended() {
    return (this.stream._duplexState & WRITE_DONE) !== 0
  }

  push(data) {
    if ((this.stream._duplexState & WRITE_DROP_DATA) !== 0) return false
    if (this.map !== null) data = this.map(data)

    this.buffered += this.byteLength(data)
    this.queue.push(data)

    if (this.buffered < this.highWaterMark) {
      this.stream._duplexState |= WRITE_QUEUED
      return true
    }

    this.stream._duplexState |= WRITE_QUEUED_AND_UNDRAINED
    return false
  }

  shift() {
    const data = this.queue.shift()

    this.buffered -= this.byteLength(data)
    if (this.buffered === 0) this.stream._duplexState &= WRITE_NOT_QUEUED

    return data
  }

  end(data) {
    if (typeof data === 'function') {
      this.stream.once('finish', data)
    } else if (data !== undefined && data !== null) {
      this.push(data)
    }

    this.stream._duplexState = (this.stream._duplexState | WRITE_FINISHING) & WRITE_NON_PRIMARY
  }

  autoBatch(data, cb) {
    const buffer = []
    const stream = this.stream

    buffer.push(data)
    while ((stream._duplexState & WRITE_STATUS) === WRITE_QUEUED_AND_ACTIVE) {
      buffer.push(stream._writableState.shift())
    }

    if ((stream._duplexState & OPEN_STATUS) !== 0) return cb(null)
    stream._writev(buffer, cb)
  }

  update() {
    const stream = this.stream

    stream._duplexState |= WRITE_UPDATING

    do {
      while ((stream._duplexState & WRITE_STATUS) === WRITE_QUEUED) {
        const data = this.shift()
        stream._duplexState |= WRITE_ACTIVE_AND_WRITING
        stream._write(data, this.afterWrite)
      }

      if ((stream._duplexState & WRITE_PRIMARY_AND_ACTIVE) === 0) this.updateNonPrimary()
    } while (this.continueUpdate() === true)

    stream._duplexState &= WRITE_NOT_UPDATING
  }

  updateNonPrimary() {
    const stream = this.stream

    if ((stream._duplexState & WRITE_FINISHING_STATUS) === WRITE_FINISHING) {
      stream._duplexState = stream._duplexState | WRITE_ACTIVE
      stream._final(afterFinal.bind(this))
      return
    }

    if ((stream._duplexState & DESTROY_STATUS) === DESTROYING) {
      if ((stream._duplexState & ACTIVE_OR_TICKING) === 0) {
        stream._duplexState |= ACTIVE
        stream._destroy(afterDestroy.bind(this))
      }
      return
    }

    if ((stream._duplexState & IS_OPENING) === OPENING) {
      stream._duplexState = (stream._duplexState | ACTIVE) & NOT_OPENING
      stream._open(afterOpen.bind(this))
    }
  }

  continueUpdate() {
    if ((this.stream._duplexState & WRITE_NEXT_TICK) === 0) return false
    this.stream._duplexState &= WRITE_NOT_NEXT_TICK
    return true
  }

  updateCallback() {
    if ((this.stream._duplexState & WRITE_UPDATE_SYNC_STATUS) === WRITE_PRIMARY) {
      this.update()
    } else {
      this.updateNextTick()
    }
  }

  updateNextTick() {
    if ((this.stream._duplexState & WRITE_NEXT_TICK) !== 0) return
    this.stream._duplexState |= WRITE_NEXT_TICK
    if ((this.stream._duplexState & WRITE_UPDATING) === 0) qmt(this.afterUpdateNextTick)
  }
}

class ReadableState {
  constructor(
    stream,
    { highWaterMark = 16384, map = null, mapReadable, byteLength, byteLengthReadable } = {}
  ) {
    this.stream = stream
    this.queue = new FIFO()
    this.highWaterMark = highWaterMark === 0 ? 1 : highWaterMark
    this.buffered = 0
    this.readAhead = highWaterMark > 0
    this.error = null
    this.pipeline = null
    this.byteLength = byteLengthReadable || byteLength || defaultByteLength
    this.map = mapReadable || map
    this.pipeTo = null
    this.afterRead = afterRead.bind(this)
    this.afterUpdateNextTick = updateReadNT.bind(this)
  }

  get ending() {
    return (this.stream._duplexState & READ_ENDING) !== 0
  }

  get ended() {
    return (this.stream._duplexState & READ_DONE) !== 0
  }

  pipe(pipeTo, cb) {
    if (this.pipeTo !== null) throw StreamError.BAD_ARGUMENT('Can only pipe to one destination')
    if (typeof cb !== 'function') cb = null

    this.stream._duplexState |= READ_PIPE_DRAINED
    this.pipeTo = pipeTo
    this.pipeline = new Pipeline(this.stream, pipeTo, cb)

    if (cb) this.stream.on('error', noop) // We already error handle this so supress crashes

    if (isStreamx(pipeTo)) {
      pipeTo._writableState.pipeline = this.pipeline
      if (cb) pipeTo.on('error', noop) // We already error handle this so supress crashes
      pipeTo.on('finish', this.pipeline.finished.bind(this.pipeline)) // TODO: just call finished from pipeTo itself
    } else {
      const onerror = this.pipeline.done.bind(this.pipeline, pipeTo)
      const onclose = this.pipeline.done.bind(this.pipeline, pipeTo, null) // onclose has a weird bool arg
      pipeTo.on('error', onerror)
      pipeTo.on('close', onclose)
      pipeTo.on('finish', this.pipeline.finished.bind(this.pipeline))
    }

    pipeTo.on('drain', afterDrain.bind(this))
    this.stream.emit('piping', pipeTo)
    pipeTo.emit('pipe', this.stream)
  }

  push(data) {
    const stream = this.stream

    if (data === null) {
      this.highWaterMark = 0
      stream._duplexState = (stream._duplexState | READ_ENDING) & READ_NON_PRIMARY_AND_PUSHED
      return false
    }

    if (this.map !== null) {
      data = this.map(data)
      if (data === null) {
        stream._duplexState &= READ_PUSHED
        return this.buffered < this.highWaterMark
      }
    }

    this.buffered += this.byteLength(data)
    this.queue.push(data)

    stream._duplexState = (stream._duplexState | READ_QUEUED) & READ_PUSHED

    return this.buffered < this.highWaterMark
  }

  shift() {
    const data = this.queue.shift()

    this.buffered -= this.byteLength(data)
    if (this.buffered === 0) {
      this.stream._duplexState &= READ_NOT_QUEUED
    }

    return data
  }

  unshift(data) {
    const pending = [this.map !== null ? this.map(data) : data]
    while (this.buffered > 0) pending.push(this.shift())

    for (let i = 0; i < pending.length - 1; i++) {
      const data = pending[i]
      this.buffered += this.byteLength(data)
      this.queue.push(data)
    }

    this.push(pending[pending.length - 1])
  }

  read() {
    const stream = this.stream

    if ((stream._duplexState & READ_STATUS) === READ_QUEUED) {
      const data = this.shift()

      if (this.pipeTo !== null && this.pipeTo.write(data) === false) {
        stream._duplexState &= READ_PIPE_NOT_DRAINED
      }

      if ((stream._duplexState & READ_EMIT_DATA) !== 0) {
        stream.emit('data', data)
      }

      return data
    }

    if (this.readAhead === false) {
      stream._duplexState |= READ_READ_AHEAD
      this.updateNextTick()
    }

    return null
  }

  drain() {
    const stream = this.stream

    while (
      (stream._duplexState & READ_STATUS) === READ_QUEUED &&
      (stream._duplexState & READ_FLOWING) !== 0
    ) {
      const data = this.shift()

      if (this.pipeTo !== null && this.pipeTo.write(data) === false) {
        stream._duplexState &= READ_PIPE_NOT_DRAINED
      }

      if ((stream._duplexState & READ_EMIT_DATA) !== 0) {
        stream.emit('data', data)
      }
    }
  }

  update() {
    const stream = this.stream

    stream._duplexState |= READ_UPDATING

    do {
      this.drain()

      while (
        this.buffered < this.highWaterMark &&
        (stream._duplexState & SHOULD_NOT_READ) === READ_READ_AHEAD
      ) {
        stream._duplexState |= READ_ACTIVE_AND_NEEDS_PUSH
        stream._read(this.afterRead)
        this.drain()
      }

      if ((stream._duplexState & READ_READABLE_STATUS) === READ_EMIT_READABLE_AND_QUEUED) {
        stream._duplexState |= READ_EMITTED_READABLE
        stream.emit('readable')
      }

      if ((stream._duplexState & READ_PRIMARY_AND_ACTIVE) === 0) {
        this.updateNonPrimary()
      }
    } while (this.continueUpdate() === true)

    stream._duplexState &= READ_NOT_UPDATING
  }

  updateNonPrimary() {
    const stream = this.stream

    if ((stream._duplexState & READ_ENDING_STATUS) === READ_ENDING) {
      stream._duplexState = (stream._duplexState | READ_DONE) & READ_NOT_ENDING
      stream.emit('end')

      if ((stream._duplexState & AUTO_DESTROY) === DONE) {
        stream._duplexState |= DESTROYING
      }

      if (this.pipeTo !== null) {
        this.pipeTo.end()
      }
    }

    if ((stream._duplexState & DESTROY_STATUS) === DESTROYING) {
      if ((stream._duplexState & ACTIVE_OR_TICKING) === 0) {
        stream._duplexState |= ACTIVE
        stream._destroy(afterDestroy.bind(this))
      }
      return
    }

    if ((stream._duplexState & IS_OPENING) === OPENING) {
      stream._duplexState = (stream._duplexState | ACTIVE) & NOT_OPENING
      stream._open(afterOpen.bind(this))
    }
  }

  continueUpdate() {
    if ((this.stream._duplexState & READ_NEXT_TICK) === 0) return false
    this.stream._duplexState &= READ_NOT_NEXT_TICK
    return true
  }

  updateCallback() {
    if ((this.stream._duplexState & READ_UPDATE_SYNC_STATUS) === READ_PRIMARY) {
      this.update()
    } else {
      this.updateNextTick()
    }
  }

  updateNextTickIfOpen() {
    if ((this.stream._duplexState & READ_NEXT_TICK_OR_OPENING) !== 0) return
    this.stream._duplexState |= READ_NEXT_TICK
    if ((this.stream._duplexState & READ_UPDATING) === 0) qmt(this.afterUpdateNextTick)
  }

  updateNextTick() {
    if ((this.stream._duplexState & READ_NEXT_TICK) !== 0) return
    this.stream._duplexState |= READ_NEXT_TICK
    if ((this.stream._duplexState & READ_UPDATING) === 0) qmt(this.afterUpdateNextTick)
  }
}

class TransformState {
  constructor(stream) {
    this.data = null
    this.afterTransform = afterTransform.bind(stream)
    this.afterFinal = null
  }
}

class Pipeline {
  constructor(src, dst, cb) {
    this.from = src
    this.to = dst
    this.afterPipe = cb
    this.error = null
    this.pipeToFinished = false
  }

  finished() {
    this.pipeToFinished = true
  }

  done(stream, err) {
    if (err) this.error = err

    if (stream === this.to) {
      this.to = null

      if (this.from !== null) {
        if ((this.from._duplexState & READ_DONE) === 0 || !this.pipeToFinished) {
          this.from.destroy(this.error || StreamError.PREMATURE_CLOSE('Writable stream closed'))
        }
        return
      }
    }

    if (stream === this.from) {
      this.from = null

      if (this.to !== null) {
        if ((stream._duplexState & READ_DONE) === 0) {
          this.to.destroy(this.error || StreamError.PREMATURE_CLOSE('Readable stream closed'))
        }
        return
      }
    }

    if (this.afterPipe !== null) this.afterPipe(this.error)
    this.to = this.from = this.afterPipe = null
  }
}

function afterDrain() {
  this.stream._duplexState |= READ_PIPE_DRAINED
  this.updateCallback()
}

function afterFinal(err) {
  const stream = this.stream
  if (err) stream.destroy(err)

  if ((stream._duplexState & DESTROY_STATUS) === 0) {
    stream._duplexState |= WRITE_DONE
    stream.emit('finish')
  }

  if ((stream._duplexState & AUTO_DESTROY) === DONE) {
    stream._duplexState |= DESTROYING
  }

  stream._duplexState &= WRITE_NOT_FINISHING

  // no need to wait the extra tick here, so we short circuit that
  if ((stream._duplexState & WRITE_UPDATING) === 0) {
    this.update()
  } else {
    this.updateNextTick()
  }
}

function afterDestroy(err) {
  const stream = this.stream

  if (!err && !StreamError.isStreamDestroyed(this.error)) err = this.error
  if (err) stream.emit('error', err)

  stream._duplexState |= DESTROYED
  stream.emit('close')

  const rs = stream._readableState
  const ws = stream._writableState

  if (rs !== null && rs.pipeline !== null) {
    rs.pipeline.done(stream, err)
  }

  if (ws !== null) {
    while (ws.drains !== null && ws.drains.length > 0) {
      ws.drains.shift().resolve(false)
    }

    if (ws.pipeline !== null) {
      ws.pipeline.done(stream, err)
    }
  }
}

function afterWrite(err) {
  const stream = this.stream

  if (err) stream.destroy(err)
  stream._duplexState &= WRITE_NOT_ACTIVE

  if (this.drains !== null) tickDrains(this.drains)

  if ((stream._duplexState & WRITE_DRAIN_STATUS) === WRITE_UNDRAINED) {
    stream._duplexState &= WRITE_DRAINED

    if ((stream._duplexState & WRITE_EMIT_DRAIN) === WRITE_EMIT_DRAIN) {
      stream.emit('drain')
    }
  }

  this.updateCallback()
}

function afterRead(err) {
  if (err) this.stream.destroy(err)
  this.stream._duplexState &= READ_NOT_ACTIVE

  if (this.readAhead === false && (this.stream._duplexState & READ_RESUMED) === 0) {
    this.stream._duplexState &= READ_NO_READ_AHEAD
  }

  this.updateCallback()
}

function updateReadNT() {
  if ((this.stream._duplexState & READ_UPDATING) === 0) {
    this.stream._duplexState &= READ_NOT_NEXT_TICK
    this.update()
  }
}

function updateWriteNT() {
  if ((this.stream._duplexState & WRITE_UPDATING) === 0) {
    this.stream._duplexState &= WRITE_NOT_NEXT_TICK
    this.update()
  }
}

function tickDrains(drains) {
  for (let i = 0; i < drains.length; i++) {
    // drains.writes are monotonic, so if one is 0 its always the first one
    if (--drains[i].writes === 0) {
      drains.shift().resolve(true)
      i--
    }
  }
}

function afterOpen(err) {
  const stream = this.stream

  if (err) stream.destroy(err)

  if ((stream._duplexState & DESTROYING) === 0) {
    if ((stream._duplexState & READ_PRIMARY_STATUS) === 0) {
      stream._duplexState |= READ_PRIMARY
    }

    if ((stream._duplexState & WRITE_PRIMARY_STATUS) === 0) {
      stream._duplexState |= WRITE_PRIMARY
    }

    stream.emit('open')
  }

  stream._duplexState &= NOT_ACTIVE

  if (stream._writableState !== null) {
    stream._writableState.updateCallback()
  }

  if (stream._readableState !== null) {
    stream._readableState.updateCallback()
  }
}

function afterTransform(err, data) {
  if (data !== undefined && data !== null) this.push(data)
  this._writableState.afterWrite(err)
}

function newListener(name) {
  if (this._readableState !== null) {
    if (name === 'data') {
      this._duplexState |= READ_EMIT_DATA | READ_RESUMED_READ_AHEAD
      this._readableState.updateNextTick()
    }
    if (name === 'readable') {
      this._duplexState |= READ_EMIT_READABLE
      this._readableState.updateNextTick()
    }
  }

  if (this._writableState !== null) {
    if (name === 'drain') {
      this._duplexState |= WRITE_EMIT_DRAIN
      this._writableState.updateNextTick()
    }
  }
}

class Stream extends EventEmitter {
  constructor(opts) {
    super()

    this._duplexState = 0
    this._readableState = null
    this._writableState = null

    if (opts) {
      if (opts.open) this._open = opts.open
      if (opts.destroy) this._destroy = opts.destroy
      if (opts.predestroy) this._predestroy = opts.predestroy
      if (opts.signal) opts.signal.addEventListener('abort', abort.bind(this))
    }

    this.on('newListener', newListener)
  }

  _open(cb) {
    cb(null)
  }

  _destroy(cb) {
    cb(null)
  }

  _predestroy() {
    // does nothing
  }

  get readable() {
    return this._readableState !== null ? true : undefined
  }

  get writable() {
    return this._writableState !== null ? true : undefined
  }

  get destroyed() {
    return (this._duplexState & DESTROYED) !== 0
  }

  get destroying() {
    return (this._duplexState & DESTROY_STATUS) !== 0
  }

  destroy(err) {
    if ((this._duplexState & DESTROY_STATUS) === 0) {
      if (!err) err = StreamError.STREAM_DESTROYED()
      this._duplexState = (this._duplexState | DESTROYING) & NON_PRIMARY

      if (this._readableState !== null) {
        this._readableState.highWaterMark = 0
        this._readableState.error = err
      }

      if (this._writableState !== null) {
        this._writableState.highWaterMark = 0
        this._writableState.error = err
      }

      this._duplexState |= PREDESTROYING
      this._predestroy()
      this._duplexState &= NOT_PREDESTROYING

      if (this._readableState !== null) {
        this._readableState.updateNextTick()
      }

      if (this._writableState !== null) {
        this._writableState.updateNextTick()
      }
    }
  }
}

class Readable extends Stream {
  constructor(opts) {
    super(opts)

    this._duplexState |= OPENING | WRITE_DONE | READ_READ_AHEAD
    this._readableState = new ReadableState(this, opts)

    if (opts) {
      if (this._readableState.readAhead === false) this._duplexState &= READ_NO_READ_AHEAD
      if (opts.read) this._read = opts.read
      if (opts.eagerOpen) this._readableState.updateNextTick()
      if (opts.encoding) this.setEncoding(opts.encoding)
    }
  }

  static deferred(fn, opts) {
    const out = new PassThrough(opts)

    fn()
      .then((src) => {
        if (src === null) return out.end()
        if (out.destroying) return
        pipeline(src, out, noop)
      })
      .catch((err) => out.destroy(err))

    return out
  }

  setEncoding(encoding) {
    const dec = new TextDecoder(encoding)
    const map = this._readableState.map || echo
    this._readableState.map = mapOrSkip
    return this

    function mapOrSkip(data) {
      const next = dec.push(data)
      return next === '' && (data.byteLength !== 0 || dec.remaining > 0) ? null : map(next)
    }
  }

  _read(cb) {
    cb(null)
  }

  pipe(dest, cb) {
    this._readableState.updateNextTick()
    this._readableState.pipe(dest, cb)
    return dest
  }

  read() {
    this._readableState.updateNextTick()
    return this._readableState.read()
  }

  push(data) {
    this._readableState.updateNextTickIfOpen()
    return this._readableState.push(data)
  }

  unshift(data) {
    this._readableState.updateNextTickIfOpen()
    return this._readableState.unshift(data)
  }

  resume() {
    this._duplexState |= READ_RESUMED_READ_AHEAD
    this._readableState.updateNextTick()
    return this
  }

  pause() {
    this._duplexState &=
      this._readableState.readAhead === false ? READ_PAUSED_NO_READ_AHEAD : READ_PAUSED
    return this
  }

  static _fromAsyncIterator(ite, opts) {
    let destroy

    const rs = new Readable({
      ...opts,
      read(cb) {
        ite.next().then(push).then(cb.bind(null, null)).catch(cb)
      },
      predestroy() {
        destroy = ite.return()
      },
      destroy(cb) {
        if (!destroy) return cb(null)
        destroy.then(cb.bind(null, null)).catch(cb)
      }
    })

    return rs

    function push(data) {
      if (data.done) rs.push(null)
      else rs.push(data.value)
    }
  }

  static from(data, opts) {
    if (isReadStreamx(data)) return data
    if (data[asyncIterator]) return this._fromAsyncIterator(data[asyncIterator](), opts)
    if (!Array.isArray(data)) data = data === undefined ? [] : [data]

    let i = 0
    return new Readable({
      ...opts,
      read(cb) {
        this.push(i === data.length ? null : data[i++])
        cb(null)
      }
    })
  }

  static isBackpressured(rs) {
    return (
      (rs._duplexState & READ_BACKPRESSURE_STATUS) !== 0 ||
      rs._readableState.buffered >= rs._readableState.highWaterMark
    )
  }

  static isPaused(rs) {
    return (rs._duplexState & READ_RESUMED) === 0
  }

  [asyncIterator]() {
    const stream = this

    let error = null
    let promiseResolve = null
    let promiseReject = null

    this.on('error', (err) => {
      error = err
    })
    this.on('readable', onreadable)
    this.on('close', onclose)

    return {
      [asyncIterator]() {
        return this
      },
      next() {
        return new Promise(function (resolve, reject) {
          promiseResolve = resolve
          promiseReject = reject
          const data = stream.read()
          if (data !== null) ondata(data)
          else if ((stream._duplexState & DESTROYED) !== 0) ondata(null)
        })
      },
      return() {
        return destroy(null)
      },
      throw(err) {
        return destroy(err)
      }
    }

    function onreadable() {
      if (promiseResolve !== null) ondata(stream.read())
    }

    function onclose() {
      if (promiseResolve !== null) ondata(null)
    }

    function ondata(data) {
      if (promiseReject === null) return
      if (error) {
        promiseReject(error)
      } else if (data === null && (stream._duplexState & READ_DONE) === 0) {
        promiseReject(StreamError.STREAM_DESTROYED())
      } else {
        promiseResolve({ value: data, done: data === null })
      }
      promiseReject = promiseResolve = null
    }

    function destroy(err) {
      stream.destroy(err)
      return new Promise((resolve, reject) => {
        if (stream._duplexState & DESTROYED) return resolve({ value: undefined, done: true })
        stream.once('close', function () {
          if (err) reject(err)
          else resolve({ value: undefined, done: true })
        })
      })
    }
  }
}

class Writable extends Stream {
  constructor(opts) {
    super(opts)

    this._duplexState |= OPENING | READ_DONE
    this._writableState = new WritableState(this, opts)

    if (opts) {
      if (opts.writev) this._writev = opts.writev
      if (opts.write) this._write = opts.write
      if (opts.final) this._final = opts.final
      if (opts.eagerOpen) this._writableState.updateNextTick()
    }
  }

  cork() {
    this._duplexState |= WRITE_CORKED
  }

  uncork() {
    this._duplexState &= WRITE_NOT_CORKED
    this._writableState.updateNextTick()
  }

  _writev(batch, cb) {
    cb(null)
  }

  _write(data, cb) {
    this._writableState.autoBatch(data, cb)
  }

  _final(cb) {
    cb(null)
  }

  static isBackpressured(ws) {
    return (ws._duplexState & WRITE_BACKPRESSURE_STATUS) !== 0
  }

  static drained(ws) {
    if (ws.destroyed) return Promise.resolve(false)

    const state = ws._writableState
    const pending = isWritev(ws) ? Math.min(1, state.queue.length) : state.queue.length
    const writes = pending + (ws._duplexState & WRITE_WRITING ? 1 : 0)
    if (writes === 0) return Promise.resolve(true)

    if (state.drains === null) state.drains = []
    return new Promise((resolve) => {
      state.drains.push({ writes, resolve })
    })
  }

  write(data) {
    this._writableState.updateNextTick()
    return this._writableState.push(data)
  }

  end(data) {
    this._writableState.updateNextTick()
    this._writableState.end(data)
    return this
  }
}

class Duplex extends Readable {
  // and Writable
  constructor(opts) {
    super(opts)

    this._duplexState = OPENING | (this._duplexState & READ_READ_AHEAD)
    this._writableState = new WritableState(this, opts)

    if (opts) {
      if (opts.writev) this._writev = opts.writev
      if (opts.write) this._write = opts.write
      if (opts.final) this._final = opts.final
    }
  }

  cork() {
    this._duplexState |= WRITE_CORKED
  }

  uncork() {
    this._duplexState &= WRITE_NOT_CORKED
    this._writableState.updateNextTick()
  }

  _writev(batch, cb) {
    cb(null)
  }

  _write(data, cb) {
    this._writableState.autoBatch(data, cb)
  }

  _final(cb) {
    cb(null)
  }

  write(data) {
    this._writableState.updateNextTick()
    return this._writableState.push(data)
  }

  end(data) {
    this._writableState.updateNextTick()
    this._writableState.end(data)
    return this
  }
}

class Transform extends Duplex {
  constructor(opts) {
    super(opts)
    this._transformState = new TransformState(this)

    if (opts) {
      if (opts.transform) this._transform = opts.transform
      if (opts.flush) this._flush = opts.flush
    }
  }

  _write(data, cb) {
    if (this._readableState.buffered >= this._readableState.highWaterMark) {
      this._transformState.data = data
    } else {
      this._transform(data, this._transformState.afterTransform)
    }
  }

  _read(cb) {
    if (this._transformState.data !== null) {
      const data = this._transformState.data
      this._transformState.data = null
      cb(null)
      this._transform(data, this._transformState.afterTransform)
    } else {
      cb(null)
    }
  }

  destroy(err) {
    super.destroy(err)
    if (this._transformState.data !== null) {
      this._transformState.data = null
      this._transformState.afterTransform()
    }
  }

  _transform(data, cb) {
    cb(null, data)
  }

  _flush(cb) {
    cb(null)
  }

  _final(cb) {
    this._transformState.afterFinal = cb
    this._flush(transformAfterFlush.bind(this))
  }
}

class PassThrough extends Transform {}

function transformAfterFlush(err, data) {
  const cb = this._transformState.afterFinal
  if (err) return cb(err)

  if (data !== null && data !== undefined) this.push(data)
  this.push(null)
  cb(null)
}

function pipelinePromise(...streams) {
  return new Promise((resolve, reject) => {
    return pipeline(...streams, (err) => {
      if (err) return reject(err)
      resolve()
    })
  })
}

function pipeline(stream, ...streams) {
  const all = Array.isArray(stream) ? [...stream, ...streams] : [stream, ...streams]
  const done = all.length && typeof all[all.length - 1] === 'function' ? all.pop() : null

  if (all.length < 2) throw StreamError.BAD_ARGUMENT('Pipeline requires at least 2 streams')

  let src = all[0]
  let dest = null
  let error = null

  for (let i = 1; i < all.length; i++) {
    dest = all[i]

    if (isStreamx(src)) {
      src.pipe(dest, onerror)
    } else {
      errorHandle(src, true, i > 1, onerror)
      src.pipe(dest)
    }

    src = dest
  }

  if (done) {
    let fin = false

    const autoDestroy =
      isStreamx(dest) || !!(dest._writableState && dest._writableState.autoDestroy)

    dest.on('error', (err) => {
      if (error === null) error = err
    })

    dest.on('finish', () => {
      fin = true
      if (!autoDestroy) done(error)
    })

    if (autoDestroy) {
      dest.on('close', () => done(error || (fin ? null : StreamError.PREMATURE_CLOSE())))
    }
  }

  return dest

  function errorHandle(s, rd, wr, onerror) {
    s.on('error', onerror)
    s.on('close', onclose)

    function onclose() {
      if (rd && s._readableState && !s._readableState.ended) {
        return onerror(StreamError.PREMATURE_CLOSE())
      }
      if (wr && s._writableState && !s._writableState.ended) {
        return onerror(StreamError.PREMATURE_CLOSE())
      }
    }
  }

  function onerror(err) {
    if (!err || error) return
    error = err

    for (const s of all) {
      s.destroy(err)
    }
  }
}

function echo(s) {
  return s
}

function isStream(stream) {
  return !!stream._readableState || !!stream._writableState
}

function isStreamx(stream) {
  return typeof stream._duplexState === 'number' && isStream(stream)
}

function isEnding(stream) {
  return !!stream._readableState && stream._readableState.ending
}

function isEnded(stream) {
  return !!stream._readableState && stream._readableState.ended
}

function isFinishing(stream) {
  return !!stream._writableState && stream._writableState.ending
}

function isFinished(stream) {
  return !!stream._writableState && stream._writableState.ended
}

function getStreamError(stream, opts = {}) {
  const err =
    (stream._readableState && stream._readableState.error) ||
    (stream._writableState && stream._writableState.error)

  // avoid implicit errors by default
  return !opts.all && StreamError.isStreamDestroyed(err) ? null : err
}

function isReadStreamx(stream) {
  return isStreamx(stream) && stream.readable
}

function isDisturbed(stream) {
  return (
    (stream._duplexState & OPENING) !== OPENING ||
    (stream._duplexState & DESTROYING) === DESTROYING ||
    (stream._duplexState & ACTIVE_OR_TICKING) !== 0
  )
}

function isTypedArray(data) {
  return typeof data === 'object' && data !== null && typeof data.byteLength === 'number'
}

function defaultByteLength(data) {
  return isTypedArray(data) ? data.byteLength : 1024
}

function noop() {}

function abort() {
  this.destroy(StreamError.ABORTED())
}

function isWritev(s) {
  return s._writev !== Writable.prototype._writev && s._writev !== Duplex.prototype._writev
}

module.exports = {
  pipeline,
  pipelinePromise,
  isStream,
  isStreamx,
  isEnding,
  isEnded,
  isFinishing,
  isFinished,
  isDisturbed,
  getStreamError,
  Stream,
  Writable,
  Readable,
  Duplex,
  Transform,
  // Export PassThrough for compatibility with Node.js core's stream module
  PassThrough
}


/***/ }),

/***/ 657:
/***/ ((module) => {

module.exports = class StreamError extends Error {
  constructor(msg, code, fn = StreamError) {
    super(msg)

    this.code = code

    if (Error.captureStackTrace) {
      Error.captureStackTrace(this, fn)
    }
  }

  static isStreamDestroyed(err) {
    return err && err.code === 'STREAM_DESTROYED'
  }

  static isPrematureClose(err) {
    return err && err.code === 'PREMATURE_CLOSE'
  }

  static isAborted(err) {
    return err && err.code === 'ABORTED'
  }

  static isBadArgument(err) {
    return err && err.code === 'BAD_ARGUMENT'
  }

  get name() {
    return 'StreamError'
  }

  static STREAM_DESTROYED() {
    return new StreamError('Stream was destroyed', 'STREAM_DESTROYED', StreamError.STREAM_DESTROYED)
  }

  static PREMATURE_CLOSE(msg = 'Premature close') {
    return new StreamError(msg, 'PREMATURE_CLOSE', StreamError.PREMATURE_CLOSE)
  }

  static ABORTED() {
    return new StreamError('Stream aborted', 'ABORTED', StreamError.ABORTED)
  }

  static BAD_ARGUMENT(msg = 'Bad argument') {
    return new StreamError(msg, 'BAD_ARGUMENT', StreamError.BAD_ARGUMENT)
  }
}


/***/ }),

/***/ 775:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {

const constants = { // just for envs without fs
  S_IFMT: 61440,
  S_IFDIR: 16384,
  S_IFCHR: 8192,
  S_IFBLK: 24576,
  S_IFIFO: 4096,
  S_IFLNK: 40960
}

try {
  module.exports = (__nccwpck_require__(896).constants) || constants
} catch {
  module.exports = constants
}


/***/ }),

/***/ 763:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {

const { Writable, Readable, getStreamError } = __nccwpck_require__(204)
const FIFO = __nccwpck_require__(867)
const b4a = __nccwpck_require__(57)
const headers = __nccwpck_require__(428)

const EMPTY = b4a.alloc(0)
const MAX_HEADER_SIZE = 4 * 1024 * 1024 // arbitrary big number

class BufferList {
  constructor () {
    this.buffered = 0
    this.shifted = 0
    this.queue = new FIFO()

    this._offset = 0
  }

  push (buffer) {
    this.buffered += buffer.byteLength
    this.queue.push(buffer)
  }

  shiftFirst (size) {
    return this.buffered === 0 ? null : this._next(size)
  }

  shift (size) {
    if (size > this.buffered) return null
    if (size === 0) return EMPTY

    let chunk = this._next(size)

    if (size === chunk.byteLength) return chunk // likely case

    const chunks = [chunk]

    while ((size -= chunk.byteLength) > 0) {
      chunk = this._next(size)
      chunks.push(chunk)
    }

    return b4a.concat(chunks)
  }

  _next (size) {
    const buf = this.queue.peek()
    const rem = buf.byteLength - this._offset

    if (size >= rem) {
      const sub = this._offset ? buf.subarray(this._offset, buf.byteLength) : buf
      this.queue.shift()
      this._offset = 0
      this.buffered -= rem
      this.shifted += rem
      return sub
    }

    this.buffered -= size
    this.shifted += size

    return buf.subarray(this._offset, (this._offset += size))
  }
}

class Source extends Readable {
  constructor (self, header, offset) {
    super()

    this.header = header
    this.offset = offset

    this._parent = self
  }

  _read (cb) {
    if (this.header.size === 0) {
      this.push(null)
    }
    if (this._parent._stream === this) {
      this._parent._update()
    }
    cb(null)
  }

  _predestroy () {
    this._parent.destroy(getStreamError(this))
  }

  _detach () {
    if (this._parent._stream === this) {
      this._parent._stream = null
      this._parent._missing = overflow(this.header.size)
      this._parent._update()
    }
  }

  _destroy (cb) {
    this._detach()
    cb(null)
  }
}

class Extract extends Writable {
  constructor (opts) {
    super(opts)

    if (!opts) opts = {}

    this._buffer = new BufferList()
    this._offset = 0
    this._header = null
    this._stream = null
    this._missing = 0
    this._longHeader = false
    this._callback = noop
    this._locked = false
    this._finished = false
    this._pax = null
    this._paxGlobal = null
    this._gnuLongPath = null
    this._gnuLongLinkPath = null
    this._filenameEncoding = opts.filenameEncoding || 'utf-8'
    this._allowUnknownFormat = !!opts.allowUnknownFormat
    this._unlockBound = this._unlock.bind(this)
  }

  _unlock (err) {
    this._locked = false

    if (err) {
      this.destroy(err)
      this._continueWrite(err)
      return
    }

    this._update()
  }

  _consumeHeader () {
    if (this._locked) return false

    this._offset = this._buffer.shifted

    try {
      this._header = headers.decode(this._buffer.shift(512), this._filenameEncoding, this._allowUnknownFormat)
    } catch (err) {
      this._continueWrite(err)
      return false
    }

    if (!this._header) return true

    this._header.byteOffset = this._buffer.shifted

    switch (this._header.type) {
      case 'gnu-long-path':
      case 'gnu-long-link-path':
      case 'pax-global-header':
      case 'pax-header':
        this._longHeader = true
        this._missing = this._header.size
        if (this._missing > MAX_HEADER_SIZE) {
          this._continueWrite(new Error('Header exceeds max size'))
          return false
        }
        return true
    }

    this._locked = true
    this._applyLongHeaders()

    if (!(this._header.size >= 0)) {
      this._continueWrite(new Error('Invalid header'))
      return false
    }

    if (this._header.size === 0 || this._header.type === 'directory') {
      this.emit('entry', this._header, this._createStream(), this._unlockBound)
      return true
    }

    this._stream = this._createStream()
    this._missing = this._header.size

    this.emit('entry', this._header, this._stream, this._unlockBound)
    return true
  }

  _applyLongHeaders () {
    if (this._gnuLongPath) {
      this._header.name = this._gnuLongPath
      this._gnuLongPath = null
    }

    if (this._gnuLongLinkPath) {
      this._header.linkname = this._gnuLongLinkPath
      this._gnuLongLinkPath = null
    }

    if (this._pax) {
      if (this._pax.path) this._header.name = this._pax.path
      if (this._pax.linkpath) this._header.linkname = this._pax.linkpath
      if (this._pax.size) this._header.size = parseInt(this._pax.size, 10)
      this._header.pax = this._pax
      this._pax = null
    }
  }

  _decodeLongHeader (buf) {
    switch (this._header.type) {
      case 'gnu-long-path':
        this._gnuLongPath = headers.decodeLongPath(buf, this._filenameEncoding)
        break
      case 'gnu-long-link-path':
        this._gnuLongLinkPath = headers.decodeLongPath(buf, this._filenameEncoding)
        break
      case 'pax-global-header':
        this._paxGlobal = headers.decodePax(buf)
        break
      case 'pax-header':
        this._pax = this._paxGlobal === null
          ? headers.decodePax(buf)
          : Object.assign({}, this._paxGlobal, headers.decodePax(buf))
        break
    }
  }

  _consumeLongHeader () {
    this._longHeader = false
    this._missing = overflow(this._header.size)

    const buf = this._buffer.shift(this._header.size)

    try {
      this._decodeLongHeader(buf)
    } catch (err) {
      this._continueWrite(err)
      return false
    }

    return true
  }

  _consumeStream () {
    const buf = this._buffer.shiftFirst(this._missing)
    if (buf === null) return false

    this._missing -= buf.byteLength
    const drained = this._stream.push(buf)

    if (this._missing === 0) {
      this._stream.push(null)
      if (drained) this._stream._detach()
      return drained && this._locked === false
    }

    return drained
  }

  _createStream () {
    return new Source(this, this._header, this._offset)
  }

  _update () {
    while (this._buffer.buffered > 0 && !this.destroying) {
      if (this._missing > 0) {
        if (this._stream !== null) {
          if (this._consumeStream() === false) return
          continue
        }

        if (this._longHeader === true) {
          if (this._missing > this._buffer.buffered) break
          if (this._consumeLongHeader() === false) return false
          continue
        }

        const ignore = this._buffer.shiftFirst(this._missing)
        if (ignore !== null) this._missing -= ignore.byteLength
        continue
      }

      if (this._buffer.buffered < 512) break
      if (this._stream !== null || this._consumeHeader() === false) return
    }

    this._continueWrite(null)
  }

  _continueWrite (err) {
    const cb = this._callback
    this._callback = noop
    cb(err)
  }

  _write (data, cb) {
    this._callback = cb
    this._buffer.push(data)
    this._update()
  }

  _final (cb) {
    this._finished = this._missing === 0 && this._buffer.buffered === 0
    cb(this._finished ? null : new Error('Unexpected end of data'))
  }

  _predestroy () {
    this._continueWrite(null)
  }

  _destroy (cb) {
    if (this._stream) this._stream.destroy(getStreamError(this))
    cb(null)
  }

  [Symbol.asyncIterator] () {
    let error = null

    let promiseResolve = null
    let promiseReject = null

    let entryStream = null
    let entryCallback = null

    const extract = this

    this.on('entry', onentry)
    this.on('error', (err) => { error = err })
    this.on('close', onclose)

    return {
      [Symbol.asyncIterator] () {
        return this
      },
      next () {
        return new Promise(onnext)
      },
      return () {
        return destroy(null)
      },
      throw (err) {
        return destroy(err)
      }
    }

    function consumeCallback (err) {
      if (!entryCallback) return
      const cb = entryCallback
      entryCallback = null
      cb(err)
    }

    function onnext (resolve, reject) {
      if (error) {
        return reject(error)
      }

      if (entryStream) {
        resolve({ value: entryStream, done: false })
        entryStream = null
        return
      }

      promiseResolve = resolve
      promiseReject = reject

      consumeCallback(null)

      if (extract._finished && promiseResolve) {
        promiseResolve({ value: undefined, done: true })
        promiseResolve = promiseReject = null
      }
    }

    function onentry (header, stream, callback) {
      entryCallback = callback
      stream.on('error', noop) // no way around this due to tick sillyness

      if (promiseResolve) {
        promiseResolve({ value: stream, done: false })
        promiseResolve = promiseReject = null
      } else {
        entryStream = stream
      }
    }

    function onclose () {
      consumeCallback(error)
      if (!promiseResolve) return
      if (error) promiseReject(error)
      else promiseResolve({ value: undefined, done: true })
      promiseResolve = promiseReject = null
    }

    function destroy (err) {
      extract.destroy(err)
      consumeCallback(err)
      return new Promise((resolve, reject) => {
        if (extract.destroyed) return resolve({ value: undefined, done: true })
        extract.once('close', function () {
          if (err) reject(err)
          else resolve({ value: undefined, done: true })
        })
      })
    }
  }
}

module.exports = function extract (opts) {
  return new Extract(opts)
}

function noop () {}

function overflow (size) {
  size &= 511
  return size && 512 - size
}


/***/ }),

/***/ 428:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {

const b4a = __nccwpck_require__(57)

const ZEROS = '0000000000000000000'
const SEVENS = '7777777777777777777'
const ZERO_OFFSET = '0'.charCodeAt(0)
const USTAR_MAGIC = b4a.from([0x75, 0x73, 0x74, 0x61, 0x72, 0x00]) // ustar\x00
const USTAR_VER = b4a.from([ZERO_OFFSET, ZERO_OFFSET])
const GNU_MAGIC = b4a.from([0x75, 0x73, 0x74, 0x61, 0x72, 0x20]) // ustar\x20
const GNU_VER = b4a.from([0x20, 0x00])
const MASK = 0o7777
const MAGIC_OFFSET = 257
const VERSION_OFFSET = 263

exports.decodeLongPath = function decodeLongPath (buf, encoding) {
  return decodeStr(buf, 0, buf.length, encoding)
}

exports.encodePax = function encodePax (opts) { // TODO: encode more stuff in pax
  let result = ''
  if (opts.name) result += addLength(' path=' + opts.name + '\n')
  if (opts.linkname) result += addLength(' linkpath=' + opts.linkname + '\n')
  const pax = opts.pax
  if (pax) {
    for (const key in pax) {
      result += addLength(' ' + key + '=' + pax[key] + '\n')
    }
  }
  return b4a.from(result)
}

exports.decodePax = function decodePax (buf) {
  const result = {}

  while (buf.length) {
    let i = 0
    while (i < buf.length && buf[i] !== 32) i++
    const len = parseInt(b4a.toString(buf.subarray(0, i)), 10)
    if (!len) return result

    const b = b4a.toString(buf.subarray(i + 1, len - 1))
    const keyIndex = b.indexOf('=')
    if (keyIndex === -1) return result
    result[b.slice(0, keyIndex)] = b.slice(keyIndex + 1)

    buf = buf.subarray(len)
  }

  return result
}

exports.encode = function encode (opts) {
  const buf = b4a.alloc(512)
  let name = opts.name
  let prefix = ''

  if (opts.typeflag === 5 && name[name.length - 1] !== '/') name += '/'
  if (b4a.byteLength(name) !== name.length) return null // utf-8

  while (b4a.byteLength(name) > 100) {
    const i = name.indexOf('/')
    if (i === -1) return null
    prefix += prefix ? '/' + name.slice(0, i) : name.slice(0, i)
    name = name.slice(i + 1)
  }

  if (b4a.byteLength(name) > 100 || b4a.byteLength(prefix) > 155) return null
  if (opts.linkname && b4a.byteLength(opts.linkname) > 100) return null

  b4a.write(buf, name)
  b4a.write(buf, encodeOct(opts.mode & MASK, 6), 100)
  b4a.write(buf, encodeOct(opts.uid, 6), 108)
  b4a.write(buf, encodeOct(opts.gid, 6), 116)
  encodeSize(opts.size, buf, 124)
  b4a.write(buf, encodeOct((opts.mtime.getTime() / 1000) | 0, 11), 136)

  buf[156] = ZERO_OFFSET + toTypeflag(opts.type)

  if (opts.linkname) b4a.write(buf, opts.linkname, 157)

  b4a.copy(USTAR_MAGIC, buf, MAGIC_OFFSET)
  b4a.copy(USTAR_VER, buf, VERSION_OFFSET)
  if (opts.uname) b4a.write(buf, opts.uname, 265)
  if (opts.gname) b4a.write(buf, opts.gname, 297)
  b4a.write(buf, encodeOct(opts.devmajor || 0, 6), 329)
  b4a.write(buf, encodeOct(opts.devminor || 0, 6), 337)

  if (prefix) b4a.write(buf, prefix, 345)

  b4a.write(buf, encodeOct(cksum(buf), 6), 148)

  return buf
}

exports.decode = function decode (buf, filenameEncoding, allowUnknownFormat) {
  let typeflag = buf[156] === 0 ? 0 : buf[156] - ZERO_OFFSET

  let name = decodeStr(buf, 0, 100, filenameEncoding)
  const mode = decodeOct(buf, 100, 8)
  const uid = decodeOct(buf, 108, 8)
  const gid = decodeOct(buf, 116, 8)
  const size = decodeOct(buf, 124, 12)
  const mtime = decodeOct(buf, 136, 12)
  const type = toType(typeflag)
  const linkname = buf[157] === 0 ? null : decodeStr(buf, 157, 100, filenameEncoding)
  const uname = decodeStr(buf, 265, 32)
  const gname = decodeStr(buf, 297, 32)
  const devmajor = decodeOct(buf, 329, 8)
  const devminor = decodeOct(buf, 337, 8)

  const c = cksum(buf)

  // checksum is still initial value if header was null.
  if (c === 8 * 32) return null

  // valid checksum
  if (c !== decodeOct(buf, 148, 8)) throw new Error('Invalid tar header. Maybe the tar is corrupted or it needs to be gunzipped?')

  if (isUSTAR(buf)) {
    // ustar (posix) format.
    // prepend prefix, if present.
    if (buf[345]) name = decodeStr(buf, 345, 155, filenameEncoding) + '/' + name
  } else if (isGNU(buf)) {
    // 'gnu'/'oldgnu' format. Similar to ustar, but has support for incremental and
    // multi-volume tarballs.
  } else {
    if (!allowUnknownFormat) {
      throw new Error('Invalid tar header: unknown format.')
    }
  }

  // to support old tar versions that use trailing / to indicate dirs
  if (typeflag === 0 && name && name[name.length - 1] === '/') typeflag = 5

  return {
    name,
    mode,
    uid,
    gid,
    size,
    byteOffset: 0,
    mtime: new Date(1000 * mtime),
    type,
    linkname,
    uname,
    gname,
    devmajor,
    devminor,
    pax: null
  }
}

function isUSTAR (buf) {
  return b4a.equals(USTAR_MAGIC, buf.subarray(MAGIC_OFFSET, MAGIC_OFFSET + 6))
}

function isGNU (buf) {
  return b4a.equals(GNU_MAGIC, buf.subarray(MAGIC_OFFSET, MAGIC_OFFSET + 6)) &&
    b4a.equals(GNU_VER, buf.subarray(VERSION_OFFSET, VERSION_OFFSET + 2))
}

function clamp (index, len, defaultValue) {
  if (typeof index !== 'number') return defaultValue
  index = ~~index // Coerce to integer.
  if (index >= len) return len
  if (index >= 0) return index
  index += len
  if (index >= 0) return index
  return 0
}

function toType (flag) {
  switch (flag) {
    case 0:
      return 'file'
    case 1:
      return 'link'
    case 2:
      return 'symlink'
    case 3:
      return 'character-device'
    case 4:
      return 'block-device'
    case 5:
      return 'directory'
    case 6:
      return 'fifo'
    case 7:
      return 'contiguous-file'
    case 72:
      return 'pax-header'
    case 55:
      return 'pax-global-header'
    case 27:
      return 'gnu-long-link-path'
    case 28:
    case 30:
      return 'gnu-long-path'
  }

  return null
}

function toTypeflag (flag) {
  switch (flag) {
    case 'file':
      return 0
    case 'link':
      return 1
    case 'symlink':
      return 2
    case 'character-device':
      return 3
    case 'block-device':
      return 4
    case 'directory':
      return 5
    case 'fifo':
      return 6
    case 'contiguous-file':
      return 7
    case 'pax-header':
      return 72
  }

  return 0
}

function indexOf (block, num, offset, end) {
  for (; offset < end; offset++) {
    if (block[offset] === num) return offset
  }
  return end
}

function cksum (block) {
  let sum = 8 * 32
  for (let i = 0; i < 148; i++) sum += block[i]
  for (let j = 156; j < 512; j++) sum += block[j]
  return sum
}

function encodeOct (val, n) {
  val = val.toString(8)
  if (val.length > n) return SEVENS.slice(0, n) + ' '
  return ZEROS.slice(0, n - val.length) + val + ' '
}

function encodeSizeBin (num, buf, off) {
  buf[off] = 0x80
  for (let i = 11; i > 0; i--) {
    buf[off + i] = num & 0xff
    num = Math.floor(num / 0x100)
  }
}

function encodeSize (num, buf, off) {
  if (num.toString(8).length > 11) {
    encodeSizeBin(num, buf, off)
  } else {
    b4a.write(buf, encodeOct(num, 11), off)
  }
}

/* Copied from the node-tar repo and modified to meet
 * tar-stream coding standard.
 *
 * Source: https://github.com/npm/node-tar/blob/51b6627a1f357d2eb433e7378e5f05e83b7aa6cd/lib/header.js#L349
 */
function parse256 (buf) {
  // first byte MUST be either 80 or FF
  // 80 for positive, FF for 2's comp
  let positive
  if (buf[0] === 0x80) positive = true
  else if (buf[0] === 0xFF) positive = false
  else return null

  // build up a base-256 tuple from the least sig to the highest
  const tuple = []
  let i
  for (i = buf.length - 1; i > 0; i--) {
    const byte = buf[i]
    if (positive) tuple.push(byte)
    else tuple.push(0xFF - byte)
  }

  let sum = 0
  const l = tuple.length
  for (i = 0; i < l; i++) {
    sum += tuple[i] * Math.pow(256, i)
  }

  return positive ? sum : -1 * sum
}

function decodeOct (val, offset, length) {
  val = val.subarray(offset, offset + length)
  offset = 0

  // If prefixed with 0x80 then parse as a base-256 integer
  if (val[offset] & 0x80) {
    return parse256(val)
  } else {
    // Older versions of tar can prefix with spaces
    while (offset < val.length && val[offset] === 32) offset++
    const end = clamp(indexOf(val, 32, offset, val.length), val.length, val.length)
    while (offset < end && val[offset] === 0) offset++
    if (end === offset) return 0
    return parseInt(b4a.toString(val.subarray(offset, end)), 8)
  }
}

function decodeStr (val, offset, length, encoding) {
  return b4a.toString(val.subarray(offset, indexOf(val, 0, offset, offset + length)), encoding)
}

function addLength (str) {
  const len = b4a.byteLength(str)
  let digits = Math.floor(Math.log(len) / Math.log(10)) + 1
  if (len + digits >= Math.pow(10, digits)) digits++

  return (len + digits) + str
}


/***/ }),

/***/ 118:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {

exports.extract = __nccwpck_require__(763)
/* unused reexport */ __nccwpck_require__(861)


/***/ }),

/***/ 861:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {

const { Readable, Writable, getStreamError } = __nccwpck_require__(204)
const b4a = __nccwpck_require__(57)

const constants = __nccwpck_require__(775)
const headers = __nccwpck_require__(428)

const DMODE = 0o755
const FMODE = 0o644

const END_OF_TAR = b4a.alloc(1024)

class Sink extends Writable {
  constructor (pack, header, callback) {
    super({ mapWritable, eagerOpen: true })

    this.written = 0
    this.header = header

    this._callback = callback
    this._linkname = null
    this._isLinkname = header.type === 'symlink' && !header.linkname
    this._isVoid = header.type !== 'file' && header.type !== 'contiguous-file'
    this._finished = false
    this._pack = pack
    this._openCallback = null

    if (this._pack._stream === null) this._pack._stream = this
    else this._pack._pending.push(this)
  }

  _open (cb) {
    this._openCallback = cb
    if (this._pack._stream === this) this._continueOpen()
  }

  _continuePack (err) {
    if (this._callback === null) return

    const callback = this._callback
    this._callback = null

    callback(err)
  }

  _continueOpen () {
    if (this._pack._stream === null) this._pack._stream = this

    const cb = this._openCallback
    this._openCallback = null
    if (cb === null) return

    if (this._pack.destroying) return cb(new Error('pack stream destroyed'))
    if (this._pack._finalized) return cb(new Error('pack stream is already finalized'))

    this._pack._stream = this

    if (!this._isLinkname) {
      this._pack._encode(this.header)
    }

    if (this._isVoid) {
      this._finish()
      this._continuePack(null)
    }

    cb(null)
  }

  _write (data, cb) {
    if (this._isLinkname) {
      this._linkname = this._linkname ? b4a.concat([this._linkname, data]) : data
      return cb(null)
    }

    if (this._isVoid) {
      if (data.byteLength > 0) {
        return cb(new Error('No body allowed for this entry'))
      }
      return cb()
    }

    this.written += data.byteLength
    if (this._pack.push(data)) return cb()
    this._pack._drain = cb
  }

  _finish () {
    if (this._finished) return
    this._finished = true

    if (this._isLinkname) {
      this.header.linkname = this._linkname ? b4a.toString(this._linkname, 'utf-8') : ''
      this._pack._encode(this.header)
    }

    overflow(this._pack, this.header.size)

    this._pack._done(this)
  }

  _final (cb) {
    if (this.written !== this.header.size) { // corrupting tar
      return cb(new Error('Size mismatch'))
    }

    this._finish()
    cb(null)
  }

  _getError () {
    return getStreamError(this) || new Error('tar entry destroyed')
  }

  _predestroy () {
    this._pack.destroy(this._getError())
  }

  _destroy (cb) {
    this._pack._done(this)

    this._continuePack(this._finished ? null : this._getError())

    cb()
  }
}

class Pack extends Readable {
  constructor (opts) {
    super(opts)
    this._drain = noop
    this._finalized = false
    this._finalizing = false
    this._pending = []
    this._stream = null
  }

  entry (header, buffer, callback) {
    if (this._finalized || this.destroying) throw new Error('already finalized or destroyed')

    if (typeof buffer === 'function') {
      callback = buffer
      buffer = null
    }

    if (!callback) callback = noop

    if (!header.size || header.type === 'symlink') header.size = 0
    if (!header.type) header.type = modeToType(header.mode)
    if (!header.mode) header.mode = header.type === 'directory' ? DMODE : FMODE
    if (!header.uid) header.uid = 0
    if (!header.gid) header.gid = 0
    if (!header.mtime) header.mtime = new Date()

    if (typeof buffer === 'string') buffer = b4a.from(buffer)

    const sink = new Sink(this, header, callback)

    if (b4a.isBuffer(buffer)) {
      header.size = buffer.byteLength
      sink.write(buffer)
      sink.end()
      return sink
    }

    if (sink._isVoid) {
      return sink
    }

    return sink
  }

  finalize () {
    if (this._stream || this._pending.length > 0) {
      this._finalizing = true
      return
    }

    if (this._finalized) return
    this._finalized = true

    this.push(END_OF_TAR)
    this.push(null)
  }

  _done (stream) {
    if (stream !== this._stream) return

    this._stream = null

    if (this._finalizing) this.finalize()
    if (this._pending.length) this._pending.shift()._continueOpen()
  }

  _encode (header) {
    if (!header.pax) {
      const buf = headers.encode(header)
      if (buf) {
        this.push(buf)
        return
      }
    }
    this._encodePax(header)
  }

  _encodePax (header) {
    const paxHeader = headers.encodePax({
      name: header.name,
      linkname: header.linkname,
      pax: header.pax
    })

    const newHeader = {
      name: 'PaxHeader',
      mode: header.mode,
      uid: header.uid,
      gid: header.gid,
      size: paxHeader.byteLength,
      mtime: header.mtime,
      type: 'pax-header',
      linkname: header.linkname && 'PaxHeader',
      uname: header.uname,
      gname: header.gname,
      devmajor: header.devmajor,
      devminor: header.devminor
    }

    this.push(headers.encode(newHeader))
    this.push(paxHeader)
    overflow(this, paxHeader.byteLength)

    newHeader.size = header.size
    newHeader.type = header.type
    this.push(headers.encode(newHeader))
  }

  _doDrain () {
    const drain = this._drain
    this._drain = noop
    drain()
  }

  _predestroy () {
    const err = getStreamError(this)

    if (this._stream) this._stream.destroy(err)

    while (this._pending.length) {
      const stream = this._pending.shift()
      stream.destroy(err)
      stream._continueOpen()
    }

    this._doDrain()
  }

  _read (cb) {
    this._doDrain()
    cb()
  }
}

module.exports = function pack (opts) {
  return new Pack(opts)
}

function modeToType (mode) {
  switch (mode & constants.S_IFMT) {
    case constants.S_IFBLK: return 'block-device'
    case constants.S_IFCHR: return 'character-device'
    case constants.S_IFDIR: return 'directory'
    case constants.S_IFIFO: return 'fifo'
    case constants.S_IFLNK: return 'symlink'
  }

  return 'file'
}

function noop () {}

function overflow (self, size) {
  size &= 511
  if (size) self.push(END_OF_TAR.subarray(0, 512 - size))
}

function mapWritable (buf) {
  return b4a.isBuffer(buf) ? buf : b4a.from(buf)
}


/***/ }),

/***/ 934:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {

const PassThroughDecoder = __nccwpck_require__(256)
const UTF8Decoder = __nccwpck_require__(414)

module.exports = class TextDecoder {
  constructor(encoding = 'utf8') {
    this.encoding = normalizeEncoding(encoding)

    switch (this.encoding) {
      case 'utf8':
        this.decoder = new UTF8Decoder()
        break
      case 'utf16le':
      case 'base64':
        throw new Error('Unsupported encoding: ' + this.encoding)
      default:
        this.decoder = new PassThroughDecoder(this.encoding)
    }
  }

  get remaining() {
    return this.decoder.remaining
  }

  push(data) {
    if (typeof data === 'string') return data
    return this.decoder.decode(data)
  }

  // For Node.js compatibility
  write(data) {
    return this.push(data)
  }

  end(data) {
    let result = ''
    if (data) result = this.push(data)
    result += this.decoder.flush()
    return result
  }
}

function normalizeEncoding(encoding) {
  encoding = encoding.toLowerCase()

  switch (encoding) {
    case 'utf8':
    case 'utf-8':
      return 'utf8'
    case 'ucs2':
    case 'ucs-2':
    case 'utf16le':
    case 'utf-16le':
      return 'utf16le'
    case 'latin1':
    case 'binary':
      return 'latin1'
    case 'base64':
    case 'ascii':
    case 'hex':
      return encoding
    default:
      throw new Error('Unknown encoding: ' + encoding)
  }
}


/***/ }),

/***/ 256:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {

const b4a = __nccwpck_require__(57)

module.exports = class PassThroughDecoder {
  constructor(encoding) {
    this.encoding = encoding
  }

  get remaining() {
    return 0
  }

  decode(data) {
    return b4a.toString(data, this.encoding)
  }

  flush() {
    return ''
  }
}


/***/ }),

/***/ 414:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {

const b4a = __nccwpck_require__(57)

/**
 * https://encoding.spec.whatwg.org/#utf-8-decoder
 */
module.exports = class UTF8Decoder {
  constructor() {
    this._reset()
  }

  get remaining() {
    return this.bytesSeen
  }

  decode(data) {
    if (data.byteLength === 0) return ''

    if (this.bytesNeeded === 0 && trailingIncomplete(data, 0) === 0) {
      this.bytesSeen = trailingBytesSeen(data)
      return b4a.toString(data, 'utf8')
    }

    let result = ''
    let start = 0

    if (this.bytesNeeded > 0) {
      while (start < data.byteLength) {
        const byte = data[start]

        if (byte < this.lowerBoundary || byte > this.upperBoundary) {
          result += '\ufffd'
          this._reset()
          break
        }

        this.lowerBoundary = 0x80
        this.upperBoundary = 0xbf
        this.codePoint = (this.codePoint << 6) | (byte & 0x3f)
        this.bytesSeen++
        start++

        if (this.bytesSeen === this.bytesNeeded) {
          result += String.fromCodePoint(this.codePoint)
          this._reset()
          break
        }
      }

      if (this.bytesNeeded > 0) return result
    }

    const trailing = trailingIncomplete(data, start)
    const end = data.byteLength - trailing

    if (end > start) result += b4a.toString(data, 'utf8', start, end)

    for (let i = end; i < data.byteLength; i++) {
      const byte = data[i]

      if (this.bytesNeeded === 0) {
        if (byte <= 0x7f) {
          this.bytesSeen = 0
          result += String.fromCharCode(byte)
        } else if (byte >= 0xc2 && byte <= 0xdf) {
          this.bytesNeeded = 2
          this.bytesSeen = 1
          this.codePoint = byte & 0x1f
        } else if (byte >= 0xe0 && byte <= 0xef) {
          if (byte === 0xe0) this.lowerBoundary = 0xa0
          else if (byte === 0xed) this.upperBoundary = 0x9f
          this.bytesNeeded = 3
          this.bytesSeen = 1
          this.codePoint = byte & 0xf
        } else if (byte >= 0xf0 && byte <= 0xf4) {
          if (byte === 0xf0) this.lowerBoundary = 0x90
          else if (byte === 0xf4) this.upperBoundary = 0x8f
          this.bytesNeeded = 4
          this.bytesSeen = 1
          this.codePoint = byte & 0x7
        } else {
          this.bytesSeen = 1
          result += '\ufffd'
        }

        continue
      }

      if (byte < this.lowerBoundary || byte > this.upperBoundary) {
        result += '\ufffd'
        i--
        this._reset()

        continue
      }

      this.lowerBoundary = 0x80
      this.upperBoundary = 0xbf

      this.codePoint = (this.codePoint << 6) | (byte & 0x3f)
      this.bytesSeen++

      if (this.bytesSeen === this.bytesNeeded) {
        result += String.fromCodePoint(this.codePoint)
        this._reset()
      }
    }

    return result
  }

  flush() {
    const result = this.bytesNeeded > 0 ? '\ufffd' : ''
    this._reset()
    return result
  }

  _reset() {
    this.codePoint = 0
    this.bytesNeeded = 0
    this.bytesSeen = 0
    this.lowerBoundary = 0x80
    this.upperBoundary = 0xbf
  }
}

function trailingIncomplete(data, start) {
  const len = data.byteLength
  if (len <= start) return 0

  const limit = Math.max(start, len - 4)

  let i = len - 1
  while (i > limit && (data[i] & 0xc0) === 0x80) i--

  if (i < start) return 0

  const byte = data[i]

  let needed
  if (byte <= 0x7f) return 0
  if (byte >= 0xc2 && byte <= 0xdf) needed = 2
  else if (byte >= 0xe0 && byte <= 0xef) needed = 3
  else if (byte >= 0xf0 && byte <= 0xf4) needed = 4
  else return 0

  const available = len - i
  return available < needed ? available : 0
}

function trailingBytesSeen(data) {
  const len = data.byteLength
  if (len === 0) return 0

  const last = data[len - 1]

  if (last <= 0x7f) return 0
  if ((last & 0xc0) !== 0x80) return 1

  const limit = Math.max(0, len - 4)

  let i = len - 2
  while (i >= limit && (data[i] & 0xc0) === 0x80) i--

  if (i < 0) return 1

  const first = data[i]

  let needed
  if (first >= 0xc2 && first <= 0xdf) needed = 2
  else if (first >= 0xe0 && first <= 0xef) needed = 3
  else if (first >= 0xf0 && first <= 0xf4) needed = 4
  else return 1

  if (len - i !== needed) return 1

  if (needed >= 3) {
    const second = data[i + 1]
    if (first === 0xe0 && second < 0xa0) return 1
    if (first === 0xed && second > 0x9f) return 1
    if (first === 0xf0 && second < 0x90) return 1
    if (first === 0xf4 && second > 0x8f) return 1
  }

  return 0
}


/***/ }),

/***/ 434:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("events");

/***/ }),

/***/ 896:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs");

/***/ }),

/***/ 24:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");

/***/ }),

/***/ 473:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   bD: () => (/* binding */ messageOf),
/* harmony export */   ie: () => (/* binding */ toActionError),
/* harmony export */   lZ: () => (/* binding */ ActionError)
/* harmony export */ });
/* unused harmony export outcomeOf */
/** The outcome that a reason belongs to; only `success` and `skipped` pass the step. */
function outcomeOf(reason) {
    switch (reason) {
        case 'completed':
            return 'success';
        case 'no-mention':
        case 'unsupported-event':
        case 'bot-author':
        case 'not-permitted':
        case 'read-only-token':
        case 'busy':
        case 'review-skipped':
        case 'nothing-to-retry':
            return 'skipped';
        case 'timeout':
        case 'cancelled':
            return reason;
        default:
            return 'failure';
    }
}
/**
 * The one kind of error that a person is shown.
 * `message` says what was attempted and what happened, `hint` what to do; both are full sentences
 * and hold no secret, no header and no body. `retryable` is false unless said otherwise.
 */
class ActionError extends Error {
    name = 'ActionError';
    reason;
    hint;
    retryable;
    constructor(reason, message, options = {}) {
        super(message, options.cause === undefined ? undefined : { cause: options.cause });
        this.reason = reason;
        this.hint = options.hint ?? '';
        this.retryable = options.retryable ?? false;
    }
    /** The message and the hint as one line of text. */
    get sentence() {
        return this.hint === '' ? this.message : `${this.message} ${this.hint}`;
    }
}
/**
 * Any thrown value as an `ActionError`; what is not one becomes `internal-error` and keeps the
 * original as its `cause`.
 */
function toActionError(thrown) {
    if (thrown instanceof ActionError)
        return thrown;
    return new ActionError('internal-error', `The run stopped on an error of its own: ${messageOf(thrown)}.`, {
        hint: 'Please report it, with the log of this step.',
        cause: thrown,
    });
}
/** The message of whatever was thrown, on one line, without a final full stop. */
function messageOf(thrown) {
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    return text.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '');
}


/***/ }),

/***/ 883:
/***/ ((__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(24);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(473);
/* harmony import */ var _serving_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(734);



// What is new dies young here: three times 16 MB for it, which V8 would come to use, serve nobody. Of
// the 1 MB that it begins with, what is under way at 50 connections is half, and is copied again and
// again; and the threads that would help with it have to be waited for, on one core above all. Nor must
// it be made where the old is (pretenuring): there a request that is over keeps all that it led to until
// everything is looked through, a third of the work. V8 reads this at its start alone, so that the process
// begins anew, and stays the same one: its id, its files and its environment. The names are V8's own, and
// a Node that does not know one ends: only the one that they were tried with gets them.
const heap = [
    '--min-semi-space-size=8',
    '--max-semi-space-size=8',
    '--no-allocation-site-pretenuring',
    '--single-threaded-gc',
];
const major = Number.parseInt(process.versions.node, 10);
if (major === 24 && 'execve' in process && !heap.every((flag) => process.execArgv.includes(flag))) {
    const own = [...process.execArgv, ...heap, import.meta.filename, ...process.argv.slice(2)];
    process.execve?.(process.execPath, [process.execPath, ...own], process.env);
}
const stop = new AbortController();
const hurry = new AbortController();
const tell = (message) => writeAll(2, `mention-loop serve: ${message}\n`);
const end = (reason) => (stop.signal.aborted ? hurry : stop).abort(reason);
const renewals = [];
process.on('SIGTERM', () => end(new Error('SIGTERM')));
process.on('SIGINT', () => end(new Error('SIGINT')));
process.on('SIGHUP', () => renewals.forEach((renew) => renew()));
// An error of one request must not take the others along; what it was is told.
process.on('unhandledRejection', (thrown) => tell((0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .toActionError */ .ie)(thrown).sentence));
process.on('uncaughtException', (thrown) => tell((0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .toActionError */ .ie)(thrown).sentence));
if (major < 24) {
    tell(`Node 24 is needed, and this is ${process.versions.node}.`);
    process.exit(2);
}
const status = await (0,_serving_js__WEBPACK_IMPORTED_MODULE_2__/* .serve */ .w)(process.argv.slice(2), {
    env: process.env,
    out: (text) => writeAll(1, text),
    tell,
    stop: stop.signal,
    hurry: hurry.signal,
    onRenew: (renew) => renewals.push(renew),
});
process.exit(status);
/** Whole, and before we end; a reader that is gone is no reason to stop. */
function writeAll(file, text) {
    try {
        for (let rest = Buffer.from(text); rest.length > 0;)
            rest = rest.subarray((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.writeSync)(file, rest));
    }
    catch {
        // Nobody reads it.
    }
}

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 734:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  w: () => (/* binding */ serve)
});

;// CONCATENATED MODULE: external "node:crypto"
const external_node_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(24);
;// CONCATENATED MODULE: external "node:os"
const external_node_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:os");
;// CONCATENATED MODULE: external "node:path"
const external_node_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");
// EXTERNAL MODULE: ./build/errors.js
var errors = __nccwpck_require__(473);
;// CONCATENATED MODULE: ./node_modules/valibot/dist/index.mjs
//#region src/storages/globalConfig/globalConfig.ts
let store$4;
const DEFAULT_CONFIG = {
	lang: void 0,
	message: void 0,
	abortEarly: void 0,
	abortPipeEarly: void 0
};
/**
* Sets the global configuration.
*
* @param config The configuration.
*/
function setGlobalConfig(config$1) {
	store$4 = {
		...store$4,
		...config$1
	};
}
/**
* Returns the global configuration.
*
* @param config The config to merge.
*
* @returns The configuration.
*/
/* @__NO_SIDE_EFFECTS__ */
function getGlobalConfig(config$1) {
	if (!config$1 && !store$4) return DEFAULT_CONFIG;
	return {
		lang: config$1?.lang ?? store$4?.lang,
		message: config$1?.message,
		abortEarly: config$1?.abortEarly ?? store$4?.abortEarly,
		abortPipeEarly: config$1?.abortPipeEarly ?? store$4?.abortPipeEarly
	};
}
/**
* Deletes the global configuration.
*/
function deleteGlobalConfig() {
	store$4 = void 0;
}

//#endregion
//#region src/storages/globalMessage/globalMessage.ts
let store$3;
/**
* Sets a global error message.
*
* @param message The error message.
* @param lang The language of the message.
*/
function setGlobalMessage(message$1, lang) {
	if (!store$3) store$3 = /* @__PURE__ */ new Map();
	store$3.set(lang, message$1);
}
/**
* Returns a global error message.
*
* @param lang The language of the message.
*
* @returns The error message.
*/
/* @__NO_SIDE_EFFECTS__ */
function getGlobalMessage(lang) {
	return store$3?.get(lang);
}
/**
* Deletes a global error message.
*
* @param lang The language of the message.
*/
function deleteGlobalMessage(lang) {
	store$3?.delete(lang);
}

//#endregion
//#region src/storages/schemaMessage/schemaMessage.ts
let store$2;
/**
* Sets a schema error message.
*
* @param message The error message.
* @param lang The language of the message.
*/
function setSchemaMessage(message$1, lang) {
	if (!store$2) store$2 = /* @__PURE__ */ new Map();
	store$2.set(lang, message$1);
}
/**
* Returns a schema error message.
*
* @param lang The language of the message.
*
* @returns The error message.
*/
/* @__NO_SIDE_EFFECTS__ */
function getSchemaMessage(lang) {
	return store$2?.get(lang);
}
/**
* Deletes a schema error message.
*
* @param lang The language of the message.
*/
function deleteSchemaMessage(lang) {
	store$2?.delete(lang);
}

//#endregion
//#region src/storages/specificMessage/specificMessage.ts
let store$1;
/**
* Sets a specific error message.
*
* @param reference The identifier reference.
* @param message The error message.
* @param lang The language of the message.
*/
function setSpecificMessage(reference, message$1, lang) {
	if (!store$1) store$1 = /* @__PURE__ */ new Map();
	if (!store$1.get(reference)) store$1.set(reference, /* @__PURE__ */ new Map());
	store$1.get(reference).set(lang, message$1);
}
/**
* Returns a specific error message.
*
* @param reference The identifier reference.
* @param lang The language of the message.
*
* @returns The error message.
*/
/* @__NO_SIDE_EFFECTS__ */
function getSpecificMessage(reference, lang) {
	return store$1?.get(reference)?.get(lang);
}
/**
* Deletes a specific error message.
*
* @param reference The identifier reference.
* @param lang The language of the message.
*/
function deleteSpecificMessage(reference, lang) {
	store$1?.get(reference)?.delete(lang);
}

//#endregion
//#region src/utils/_stringify/_stringify.ts
/**
* Stringifies an unknown input to a literal or type string.
*
* @param input The unknown input.
*
* @returns A literal or type string.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _stringify(input) {
	const type = typeof input;
	if (type === "string") return `"${input}"`;
	if (type === "number" || type === "bigint" || type === "boolean") return `${input}`;
	if (type === "object" || type === "function") return (input && Object.getPrototypeOf(input)?.constructor?.name) ?? "null";
	return type;
}

//#endregion
//#region src/utils/_addIssue/_addIssue.ts
/**
* Adds an issue to the dataset.
*
* @param context The issue context.
* @param label The issue label.
* @param dataset The input dataset.
* @param config The configuration.
* @param other The optional props.
*
* @internal
*/
function _addIssue(context, label, dataset, config$1, other) {
	const input = other && "input" in other ? other.input : dataset.value;
	const expected = other?.expected ?? context.expects ?? null;
	const received = other?.received ?? /* @__PURE__ */ _stringify(input);
	const issue = {
		kind: context.kind,
		type: context.type,
		input,
		expected,
		received,
		message: `Invalid ${label}: ${expected ? `Expected ${expected} but r` : "R"}eceived ${received}`,
		requirement: context.requirement,
		path: other?.path,
		issues: other?.issues,
		lang: config$1.lang,
		abortEarly: config$1.abortEarly,
		abortPipeEarly: config$1.abortPipeEarly
	};
	const isSchema = context.kind === "schema";
	const message$1 = other?.message ?? context.message ?? /* @__PURE__ */ getSpecificMessage(context.reference, issue.lang) ?? (isSchema ? /* @__PURE__ */ getSchemaMessage(issue.lang) : null) ?? config$1.message ?? /* @__PURE__ */ getGlobalMessage(issue.lang);
	if (message$1 !== void 0) issue.message = typeof message$1 === "function" ? message$1(issue) : message$1;
	if (isSchema) dataset.typed = false;
	if (dataset.issues) dataset.issues.push(issue);
	else dataset.issues = [issue];
}

//#endregion
//#region src/utils/_cloneDataset/_cloneDataset.ts
/**
* Creates a shallow copy of a dataset.
*
* Hint: The `value` is copied by reference, but the `issues` array, its issues
* and their `path` arrays are cloned to avoid reusing mutable dataset state
* across multiple runs. Mutating a returned object or array value can
* therefore affect later cache hits that reuse the same cached output.
*
* @param dataset The output dataset.
*
* @returns The copied output dataset.
*/
/* @__NO_SIDE_EFFECTS__ */
function _cloneDataset(dataset) {
	return {
		typed: dataset.typed,
		value: dataset.value,
		issues: dataset.issues?.map((issue) => ({
			...issue,
			path: issue.path && [...issue.path]
		}))
	};
}

//#endregion
//#region src/utils/_formatCase/_formatCase.ts
/**
* Splits a string into lowercase words and rejoins them with the given
* separator and capitalization rules.
*
* Words are separated by `_`, `-` and ASCII whitespace, as well as by case
* and acronym boundaries. Whether the first or subsequent words are
* capitalized is controlled by `capFirst` and `capRest`.
*
* Hint: Implemented in a single pass that emits directly to the result
* string to avoid an intermediate `string[]` allocation. ASCII chars are
* classified via char codes to skip `.toLowerCase()` and `.toUpperCase()`
* method calls in the common case.
*
* Hint: Digits are treated as a separate character class, so `item2Name`
* yields `item2` and `name` rather than `item`, `2` and `name`.
*
* @param input The input string.
* @param separator The string inserted between words.
* @param capFirst Whether to capitalize the first word.
* @param capRest Whether to capitalize subsequent words.
*
* @returns The formatted string.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _formatCase(input, separator, capFirst, capRest) {
	let result = "";
	let firstWord = true;
	let start = 0;
	let prev = 0;
	let prevPrev = 0;
	const flush = (end) => {
		if (end > start) {
			let word = input.slice(start, end).toLowerCase();
			if (firstWord ? capFirst : capRest) {
				const firstCode = word.charCodeAt(0);
				if (firstCode >= 97 && firstCode <= 122) word = String.fromCharCode(firstCode - 32) + word.slice(1);
				else {
					const charLen = firstCode >= 55296 && firstCode <= 56319 ? 2 : 1;
					word = word.slice(0, charLen).toUpperCase() + word.slice(charLen);
				}
			}
			result += firstWord ? word : separator + word;
			firstWord = false;
		}
	};
	for (let index = 0; index < input.length; index++) {
		const code = input.charCodeAt(index);
		let type;
		if (code === 32 || code === 9 || code === 10 || code === 11 || code === 12 || code === 13 || code === 45 || code === 95) {
			flush(index);
			start = index + 1;
			type = 0;
		} else if (code < 128) type = code >= 65 && code <= 90 ? 1 : code >= 97 && code <= 122 ? 2 : 3;
		else {
			const char = input[index];
			const charLower = char.toLowerCase();
			type = charLower === char.toUpperCase() ? 3 : char === charLower ? 2 : 1;
		}
		if (type === 1 && (prev === 2 || prev === 3) && index > start) {
			flush(index);
			start = index;
		} else if (type === 2 && prev === 1 && prevPrev === 1 && index - 1 > start) {
			flush(index - 1);
			start = index - 1;
		}
		prevPrev = prev;
		prev = type;
	}
	flush(input.length);
	return result;
}

//#endregion
//#region src/utils/_getByteCount/_getByteCount.ts
let textEncoder;
/**
* Returns the byte count of the input.
*
* @param input The input to be measured.
*
* @returns The byte count.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _getByteCount(input) {
	if (!textEncoder) textEncoder = new TextEncoder();
	return textEncoder.encode(input).length;
}

//#endregion
//#region src/utils/_getCodePointCount/_getCodePointCount.ts
/**
* Returns the code point count of the input.
*
* @param input The input to be measured.
*
* @returns The code point count.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _getCodePointCount(input) {
	let count = input.length;
	const lengthMinus1 = input.length - 1;
	for (let i = 0; i < lengthMinus1;) if (input.codePointAt(i) <= 65535) i++;
	else {
		i += 2;
		count--;
	}
	return count;
}

//#endregion
//#region src/utils/_getGraphemeCount/_getGraphemeCount.ts
let segmenter;
/**
* Returns the grapheme count of the input.
*
* @param input The input to be measured.
*
* @returns The grapheme count.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _getGraphemeCount(input) {
	if (!segmenter) segmenter = new Intl.Segmenter();
	const segments = segmenter.segment(input);
	let count = 0;
	for (const _ of segments) count++;
	return count;
}

//#endregion
//#region src/utils/_getLastMetadata/_getLastMetadata.ts
/**
* Returns the last top-level value of a given metadata type from a schema
* using a breadth-first search that starts with the last item in the pipeline.
*
* @param schema The schema to search.
* @param type The metadata type.
*
* @returns The value, if any.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _getLastMetadata(schema, type) {
	if ("pipe" in schema) {
		const nestedSchemas = [];
		for (let index = schema.pipe.length - 1; index >= 0; index--) {
			const item = schema.pipe[index];
			if (item.kind === "schema" && "pipe" in item) nestedSchemas.push(item);
			else if (item.kind === "metadata" && item.type === type) return item[type];
		}
		for (const nestedSchema of nestedSchemas) {
			const result = /* @__PURE__ */ _getLastMetadata(nestedSchema, type);
			if (result !== void 0) return result;
		}
	}
}

//#endregion
//#region src/utils/_getWordCount/_getWordCount.ts
let store;
/**
* Returns the word count of the input.
*
* @param locales The locales to be used.
* @param input The input to be measured.
*
* @returns The word count.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _getWordCount(locales, input) {
	if (!store) store = /* @__PURE__ */ new Map();
	const key = String(locales);
	let segmenter$1 = store.get(key);
	if (!segmenter$1) {
		segmenter$1 = new Intl.Segmenter(locales, { granularity: "word" });
		store.set(key, segmenter$1);
	}
	const segments = segmenter$1.segment(input);
	let count = 0;
	for (const segment of segments) if (segment.isWordLike) count++;
	return count;
}

//#endregion
//#region src/utils/_isLuhnAlgo/_isLuhnAlgo.ts
/**
* Non-digit regex.
*/
const NON_DIGIT_REGEX = /\D/gu;
/**
* Checks whether a string with numbers corresponds to the luhn algorithm.
*
* @param input The input to be checked.
*
* @returns Whether input is valid.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _isLuhnAlgo(input) {
	const number$1 = input.replace(NON_DIGIT_REGEX, "");
	let length$1 = number$1.length;
	let bit = 1;
	let sum = 0;
	while (length$1) {
		const value$1 = +number$1[--length$1];
		bit ^= 1;
		sum += bit ? [
			0,
			2,
			4,
			6,
			8,
			1,
			3,
			5,
			7,
			9
		][value$1] : value$1;
	}
	return sum % 10 === 0;
}

//#endregion
//#region src/utils/_isSameValueZero/_isSameValueZero.ts
/**
* Compares two values using the SameValueZero algorithm, which treats `NaN`
* as equal to itself unlike `===`.
*
* @param value1 The first value.
* @param value2 The second value.
*
* @returns Whether the values are equal.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _isSameValueZero(value1, value2) {
	return value1 === value2 || Number.isNaN(value1) && Number.isNaN(value2);
}

//#endregion
//#region src/utils/_isValidObjectKey/_isValidObjectKey.ts
/**
* Disallows inherited object properties and prevents object prototype
* pollution by disallowing certain keys.
*
* @param object The object to check.
* @param key The key to check.
*
* @returns Whether the key is allowed.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _isValidObjectKey(object$1, key) {
	return Object.prototype.hasOwnProperty.call(object$1, key) && key !== "__proto__" && key !== "prototype" && key !== "constructor";
}

//#endregion
//#region src/utils/_isValueMatch/_isValueMatch.ts
/**
* Checks whether a value matches a value action requirement.
*
* @param requirement The value action requirement.
* @param value The value to check.
*
* @returns Whether the value matches the requirement.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _isValueMatch(requirement, value$1) {
	return Number.isNaN(requirement) && Number.isNaN(value$1) || requirement <= value$1 && requirement >= value$1;
}

//#endregion
//#region src/utils/_joinExpects/_joinExpects.ts
/**
* Joins multiple `expects` values with the given separator.
*
* @param values The `expects` values.
* @param separator The separator.
*
* @returns The joined `expects` property.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _joinExpects(values$1, separator) {
	const list = [...new Set(values$1)];
	if (list.length > 1) return `(${list.join(` ${separator} `)})`;
	return list[0] ?? "never";
}

//#endregion
//#region src/utils/_standardSchema/_standardSchema.ts
/**
* Eagerly creates and attaches the Standard Schema properties of a schema.
*
* Hint: The contextual `this` type includes the standard properties that are
* attached before the schema is returned.
*
* @param schema The schema to attach standard properties to.
*
* @returns The schema with standard properties attached.
*
* @internal
*/
function _standardSchema(schema) {
	schema["~standard"] = {
		version: 1,
		vendor: "valibot",
		validate: (value$1) => schema["~run"]({ value: value$1 }, /* @__PURE__ */ getGlobalConfig())
	};
	return schema;
}

//#endregion
//#region src/utils/entriesFromList/entriesFromList.ts
/**
* Creates an object entries definition from a list of keys and a schema.
*
* @param list A list of keys.
* @param schema The schema of the keys.
*
* @returns The object entries.
*/
/* @__NO_SIDE_EFFECTS__ */
function entriesFromList(list, schema) {
	const entries$1 = {};
	for (const key of list) entries$1[key] = schema;
	return entries$1;
}

//#endregion
//#region src/utils/entriesFromObjects/entriesFromObjects.ts
/* @__NO_SIDE_EFFECTS__ */
function entriesFromObjects(schemas) {
	const entries$1 = {};
	for (const schema of schemas) Object.assign(entries$1, schema.entries);
	return entries$1;
}

//#endregion
//#region src/utils/getDotPath/getDotPath.ts
/* @__NO_SIDE_EFFECTS__ */
function getDotPath(issue) {
	if (issue.path) {
		let key = "";
		for (const item of issue.path) if (typeof item.key === "string" || typeof item.key === "number") if (key) key += `.${item.key}`;
		else key += item.key;
		else return null;
		return key;
	}
	return null;
}

//#endregion
//#region src/utils/isOfKind/isOfKind.ts
/**
* A generic type guard to check the kind of an object.
*
* @param kind The kind to check for.
* @param object The object to check.
*
* @returns Whether it matches.
*/
/* @__NO_SIDE_EFFECTS__ */
function isOfKind(kind, object$1) {
	return object$1.kind === kind;
}

//#endregion
//#region src/utils/isOfType/isOfType.ts
/**
* A generic type guard to check the type of an object.
*
* @param type The type to check for.
* @param object The object to check.
*
* @returns Whether it matches.
*/
/* @__NO_SIDE_EFFECTS__ */
function isOfType(type, object$1) {
	return object$1.type === type;
}

//#endregion
//#region src/utils/ValiError/ValiError.ts
/**
* A Valibot error with useful information.
*/
var ValiError = class extends Error {
	/**
	* Creates a Valibot error with useful information.
	*
	* @param issues The error issues.
	*/
	constructor(issues) {
		super(issues[0].message);
		this.name = "ValiError";
		this.issues = issues;
	}
};

//#endregion
//#region src/utils/isValiError/isValiError.ts
/**
* A type guard to check if an error is a ValiError.
*
* @param error The error to check.
*
* @returns Whether its a ValiError.
*/
/* @__NO_SIDE_EFFECTS__ */
function isValiError(error) {
	return error instanceof ValiError;
}

//#endregion
//#region src/actions/args/args.ts
/* @__NO_SIDE_EFFECTS__ */
function args(schema) {
	return {
		kind: "transformation",
		type: "args",
		reference: args,
		async: false,
		schema,
		"~run"(dataset, config$1) {
			const func = dataset.value;
			dataset.value = (...args_) => {
				const argsDataset = this.schema["~run"]({ value: args_ }, config$1);
				if (argsDataset.issues) throw new ValiError(argsDataset.issues);
				return func(...argsDataset.value);
			};
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/args/argsAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function argsAsync(schema) {
	return {
		kind: "transformation",
		type: "args",
		reference: argsAsync,
		async: false,
		schema,
		"~run"(dataset, config$1) {
			const func = dataset.value;
			dataset.value = async (...args$1) => {
				const argsDataset = await schema["~run"]({ value: args$1 }, config$1);
				if (argsDataset.issues) throw new ValiError(argsDataset.issues);
				return func(...argsDataset.value);
			};
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/await/awaitAsync.ts
/**
* Creates an await transformation action.
*
* @returns An await action.
*/
/* @__NO_SIDE_EFFECTS__ */
function awaitAsync() {
	return {
		kind: "transformation",
		type: "await",
		reference: awaitAsync,
		async: true,
		async "~run"(dataset) {
			dataset.value = await dataset.value;
			return dataset;
		}
	};
}

//#endregion
//#region src/regex.ts
/**
* [Base64](https://en.wikipedia.org/wiki/Base64) regex.
*/
const BASE64_REGEX = /^(?:[\da-z+/]{4})*(?:[\da-z+/]{2}==|[\da-z+/]{3}=)?$/iu;
/**
* [BIC](https://en.wikipedia.org/wiki/ISO_9362) regex.
*/
const BIC_REGEX = /^[A-Z]{6}(?!00)[\dA-Z]{2}(?:[\dA-Z]{3})?$/u;
/**
* [Cuid2](https://github.com/paralleldrive/cuid2) regex.
*/
const CUID2_REGEX = /^[a-z][\da-z]*$/u;
/**
* [Decimal](https://en.wikipedia.org/wiki/Decimal) regex.
*/
const DECIMAL_REGEX = /^[+-]?(?:\d*\.)?\d+$/u;
/**
* [Digits](https://en.wikipedia.org/wiki/Numerical_digit) regex.
*/
const DIGITS_REGEX = /^\d+$/u;
/**
* [Domain name](https://en.wikipedia.org/wiki/Domain_name) regex.
*
* Hint: We decided against the `i` flag for better JSON Schema compatibility.
* ASCII-only validation. Internationalized domain names (IDNs) are not
* supported, including Punycode-encoded labels.
*/
const DOMAIN_REGEX = /^(?=.{1,253}$)(?:(?![Xx][Nn]--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/u;
/**
* [Email address](https://en.wikipedia.org/wiki/Email_address) regex.
*
* Hint: We decided against the `i` flag to avoid matching non-ASCII characters.
*/
const EMAIL_REGEX = /^[\w+-]+(?:\.[\w+-]+)*@[\da-zA-Z]+(?:[.-][\da-zA-Z]+)*\.[a-zA-Z]{2,}$/u;
/**
* Emoji regex from [emoji-regex-xs](https://github.com/slevithan/emoji-regex-xs) v1.0.0 (MIT license).
*
* Hint: We decided against the newer `/^\p{RGI_Emoji}+$/v` regex because it is
* not supported in older runtimes and does not match all emoji.
*/
const EMOJI_REGEX = /^(?:[\u{1F1E6}-\u{1F1FF}]{2}|\u{1F3F4}[\u{E0061}-\u{E007A}]{2}[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{1,3}\u{E007F}|(?:\p{Emoji}\uFE0F\u20E3?|\p{Emoji_Modifier_Base}\p{Emoji_Modifier}?|(?![\p{Emoji_Modifier_Base}\u{1F1E6}-\u{1F1FF}])\p{Emoji_Presentation})(?:\u200D(?:\p{Emoji}\uFE0F\u20E3?|\p{Emoji_Modifier_Base}\p{Emoji_Modifier}?|(?![\p{Emoji_Modifier_Base}\u{1F1E6}-\u{1F1FF}])\p{Emoji_Presentation}))*)+$/u;
/**
* [Hexadecimal](https://en.wikipedia.org/wiki/Hexadecimal) regex.
*
* Hint: We decided against the `i` flag for better JSON Schema compatibility.
*/
const HEXADECIMAL_REGEX = /^(?:0[hx])?[\da-fA-F]+$/u;
/**
* [Hex color](https://en.wikipedia.org/wiki/Web_colors#Hex_triplet) regex.
*
* Hint: We decided against the `i` flag for better JSON Schema compatibility.
*/
const HEX_COLOR_REGEX = /^#(?:[\da-fA-F]{3,4}|[\da-fA-F]{6}|[\da-fA-F]{8})$/u;
/**
* [IMEI](https://en.wikipedia.org/wiki/International_Mobile_Equipment_Identity) regex.
*/
const IMEI_REGEX = /^\d{15}$|^\d{2}-\d{6}-\d{6}-\d$/u;
/**
* [IPv4](https://en.wikipedia.org/wiki/IPv4) regex.
*/
const IPV4_REGEX = /^(?:(?:[1-9]|1\d|2[0-4])?\d|25[0-5])(?:\.(?:(?:[1-9]|1\d|2[0-4])?\d|25[0-5])){3}$/u;
/**
* [IPv6](https://en.wikipedia.org/wiki/IPv6) regex.
*/
const IPV6_REGEX = /^(?:(?:[\da-f]{1,4}:){7}[\da-f]{1,4}|(?:[\da-f]{1,4}:){1,7}:|(?:[\da-f]{1,4}:){1,6}:[\da-f]{1,4}|(?:[\da-f]{1,4}:){1,5}(?::[\da-f]{1,4}){1,2}|(?:[\da-f]{1,4}:){1,4}(?::[\da-f]{1,4}){1,3}|(?:[\da-f]{1,4}:){1,3}(?::[\da-f]{1,4}){1,4}|(?:[\da-f]{1,4}:){1,2}(?::[\da-f]{1,4}){1,5}|[\da-f]{1,4}:(?::[\da-f]{1,4}){1,6}|:(?:(?::[\da-f]{1,4}){1,7}|:)|fe80:(?::[\da-f]{0,4}){0,4}%[\da-z]+|::(?:f{4}(?::0{1,4})?:)?(?:(?:25[0-5]|(?:2[0-4]|1?\d)?\d)\.){3}(?:25[0-5]|(?:2[0-4]|1?\d)?\d)|(?:[\da-f]{1,4}:){1,4}:(?:(?:25[0-5]|(?:2[0-4]|1?\d)?\d)\.){3}(?:25[0-5]|(?:2[0-4]|1?\d)?\d))$/iu;
/**
* [IP](https://en.wikipedia.org/wiki/IP_address) regex.
*/
const IP_REGEX = /^(?:(?:[1-9]|1\d|2[0-4])?\d|25[0-5])(?:\.(?:(?:[1-9]|1\d|2[0-4])?\d|25[0-5])){3}$|^(?:(?:[\da-f]{1,4}:){7}[\da-f]{1,4}|(?:[\da-f]{1,4}:){1,7}:|(?:[\da-f]{1,4}:){1,6}:[\da-f]{1,4}|(?:[\da-f]{1,4}:){1,5}(?::[\da-f]{1,4}){1,2}|(?:[\da-f]{1,4}:){1,4}(?::[\da-f]{1,4}){1,3}|(?:[\da-f]{1,4}:){1,3}(?::[\da-f]{1,4}){1,4}|(?:[\da-f]{1,4}:){1,2}(?::[\da-f]{1,4}){1,5}|[\da-f]{1,4}:(?::[\da-f]{1,4}){1,6}|:(?:(?::[\da-f]{1,4}){1,7}|:)|fe80:(?::[\da-f]{0,4}){0,4}%[\da-z]+|::(?:f{4}(?::0{1,4})?:)?(?:(?:25[0-5]|(?:2[0-4]|1?\d)?\d)\.){3}(?:25[0-5]|(?:2[0-4]|1?\d)?\d)|(?:[\da-f]{1,4}:){1,4}:(?:(?:25[0-5]|(?:2[0-4]|1?\d)?\d)\.){3}(?:25[0-5]|(?:2[0-4]|1?\d)?\d))$/iu;
/**
* [ISO 8601](https://en.wikipedia.org/wiki/ISO_8601) date regex.
*/
const ISO_DATE_REGEX = /^\d{4}-(?:0[1-9]|1[0-2])-(?:[12]\d|0[1-9]|3[01])$/u;
/**
* [ISO 8601](https://en.wikipedia.org/wiki/ISO_8601) date-time regex.
*/
const ISO_DATE_TIME_REGEX = /^\d{4}-(?:0[1-9]|1[0-2])-(?:[12]\d|0[1-9]|3[01])[T ](?:0\d|1\d|2[0-3]):[0-5]\d$/u;
/**
* [ISO 8601](https://en.wikipedia.org/wiki/ISO_8601) date-time with seconds regex.
*/
const ISO_DATE_TIME_SECOND_REGEX = /^\d{4}-(?:0[1-9]|1[0-2])-(?:[12]\d|0[1-9]|3[01])[T ](?:0\d|1\d|2[0-3])(?::[0-5]\d){2}$/u;
/**
* [ISO 8601](https://en.wikipedia.org/wiki/ISO_8601) time regex.
*/
const ISO_TIME_REGEX = /^(?:0\d|1\d|2[0-3]):[0-5]\d$/u;
/**
* [ISO 8601](https://en.wikipedia.org/wiki/ISO_8601) time with seconds regex.
*/
const ISO_TIME_SECOND_REGEX = /^(?:0\d|1\d|2[0-3])(?::[0-5]\d){2}$/u;
/**
* [ISO 8601](https://en.wikipedia.org/wiki/ISO_8601) timestamp regex. Allows a
* space as a date/time separator and an optional space before the UTC offset.
*/
const ISO_TIMESTAMP_REGEX = /^\d{4}-(?:0[1-9]|1[0-2])-(?:[12]\d|0[1-9]|3[01])[T ](?:0\d|1\d|2[0-3])(?::[0-5]\d){2}(?:\.\d{1,9})?(?:Z| ?[+-](?:0\d|1\d|2[0-3])(?::?[0-5]\d)?)$/u;
/**
* [ISO 8601](https://en.wikipedia.org/wiki/ISO_8601) week regex.
*/
const ISO_WEEK_REGEX = /^\d{4}-W(?:0[1-9]|[1-4]\d|5[0-3])$/u;
/**
* [JWS compact serialization](https://datatracker.ietf.org/doc/html/rfc7515#section-3.1)
* regex.
*
* Hint: Empty payload and signature segments are allowed because the
* Base64URL-encoded representation of an empty octet sequence is an empty
* string.
*/
const JWS_COMPACT_REGEX = /^(?:[\w-]{2,3}|(?:[\w-]{4})+(?:[\w-]{2,3})?)\.(?:[\w-]{2,3}|(?:[\w-]{4})+(?:[\w-]{2,3})?)?\.(?:[\w-]{2,3}|(?:[\w-]{4})+(?:[\w-]{2,3})?)?$/u;
/**
* [ISRC](https://en.wikipedia.org/wiki/International_Standard_Recording_Code) regex.
*/
const ISRC_REGEX = /^(?:[A-Z]{2}[A-Z\d]{3}\d{7}|[A-Z]{2}-[A-Z\d]{3}-\d{2}-\d{5})$/u;
/**
* [KSUID](https://github.com/segmentio/ksuid) regex.
*/
const KSUID_REGEX = /^[a-zA-Z0-9]{27}$/u;
/**
* [MAC](https://en.wikipedia.org/wiki/MAC_address) 48 bit regex.
*
* Hint: We decided against the `i` flag for better JSON Schema compatibility.
*/
const MAC48_REGEX = /^(?:[\da-fA-F]{2}:){5}[\da-fA-F]{2}$|^(?:[\da-fA-F]{2}-){5}[\da-fA-F]{2}$|^(?:[\da-fA-F]{4}\.){2}[\da-fA-F]{4}$/u;
/**
* [MAC](https://en.wikipedia.org/wiki/MAC_address) 64 bit regex.
*
* Hint: We decided against the `i` flag for better JSON Schema compatibility.
*/
const MAC64_REGEX = /^(?:[\da-fA-F]{2}:){7}[\da-fA-F]{2}$|^(?:[\da-fA-F]{2}-){7}[\da-fA-F]{2}$|^(?:[\da-fA-F]{4}\.){3}[\da-fA-F]{4}$|^(?:[\da-fA-F]{4}:){3}[\da-fA-F]{4}$/u;
/**
* [MAC](https://en.wikipedia.org/wiki/MAC_address) regex.
*
* Hint: We decided against the `i` flag for better JSON Schema compatibility.
*/
const MAC_REGEX = /^(?:[\da-fA-F]{2}:){5}[\da-fA-F]{2}$|^(?:[\da-fA-F]{2}-){5}[\da-fA-F]{2}$|^(?:[\da-fA-F]{4}\.){2}[\da-fA-F]{4}$|^(?:[\da-fA-F]{2}:){7}[\da-fA-F]{2}$|^(?:[\da-fA-F]{2}-){7}[\da-fA-F]{2}$|^(?:[\da-fA-F]{4}\.){3}[\da-fA-F]{4}$|^(?:[\da-fA-F]{4}:){3}[\da-fA-F]{4}$/u;
/**
* [Nano ID](https://github.com/ai/nanoid) regex.
*/
const NANO_ID_REGEX = /^[\w-]+$/u;
/**
* [Octal](https://en.wikipedia.org/wiki/Octal) regex.
*/
const OCTAL_REGEX = /^(?:0o)?[0-7]+$/u;
/**
* [RFC 5322 email address](https://datatracker.ietf.org/doc/html/rfc5322#section-3.4.1) regex.
*
* Hint: This regex was taken from the [HTML Living Standard Specification](https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address) and does not perfectly represent RFC 5322.
*/
const RFC_EMAIL_REGEX = /^[a-zA-Z0-9.!#$%&'*+\/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;
/**
* [Slug](https://en.wikipedia.org/wiki/Clean_URL#Slug) regex.
*/
const SLUG_REGEX = /^[\da-z]+(?:[-_][\da-z]+)*$/u;
/**
* [ULID](https://github.com/ulid/spec) regex.
*
* Hint: We decided against the `i` flag for better JSON Schema compatibility.
* Hint: The first character is restricted to `[0-7]` because the 48-bit
* timestamp cannot exceed 2^48-1, making the maximum valid ULID
* `7ZZZZZZZZZZZZZZZZZZZZZZZZZ` in Crockford's Base32 encoding.
*/
const ULID_REGEX = /^[0-7][\da-hjkmnp-tv-zA-HJKMNP-TV-Z]{25}$/u;
/**
* [UUID](https://en.wikipedia.org/wiki/Universally_unique_identifier) regex.
*/
const UUID_REGEX = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

//#endregion
//#region src/actions/base64/base64.ts
/* @__NO_SIDE_EFFECTS__ */
function base64(message$1) {
	return {
		kind: "validation",
		type: "base64",
		reference: base64,
		async: false,
		expects: null,
		requirement: BASE64_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "Base64", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/bic/bic.ts
/* @__NO_SIDE_EFFECTS__ */
function bic(message$1) {
	return {
		kind: "validation",
		type: "bic",
		reference: bic,
		async: false,
		expects: null,
		requirement: BIC_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "BIC", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/brand/brand.ts
/**
* Creates a brand transformation action.
*
* @param name The brand name.
*
* @returns A brand action.
*/
/* @__NO_SIDE_EFFECTS__ */
function brand(name) {
	return {
		kind: "transformation",
		type: "brand",
		reference: brand,
		async: false,
		name,
		"~run"(dataset) {
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/bytes/bytes.ts
/* @__NO_SIDE_EFFECTS__ */
function bytes(requirement, message$1) {
	return {
		kind: "validation",
		type: "bytes",
		reference: bytes,
		async: false,
		expects: `${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const length$1 = /* @__PURE__ */ _getByteCount(dataset.value);
				if (length$1 !== this.requirement) _addIssue(this, "bytes", dataset, config$1, { received: `${length$1}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/check/check.ts
/* @__NO_SIDE_EFFECTS__ */
function check(requirement, message$1) {
	return {
		kind: "validation",
		type: "check",
		reference: check,
		async: false,
		expects: null,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "input", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/check/checkAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function checkAsync(requirement, message$1) {
	return {
		kind: "validation",
		type: "check",
		reference: checkAsync,
		async: true,
		expects: null,
		requirement,
		message: message$1,
		async "~run"(dataset, config$1) {
			if (dataset.typed && !await this.requirement(dataset.value)) _addIssue(this, "input", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/checkItems/checkItems.ts
/* @__NO_SIDE_EFFECTS__ */
function checkItems(requirement, message$1) {
	return {
		kind: "validation",
		type: "check_items",
		reference: checkItems,
		async: false,
		expects: null,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) for (let index = 0; index < dataset.value.length; index++) {
				const item = dataset.value[index];
				if (!this.requirement(item, index, dataset.value)) _addIssue(this, "item", dataset, config$1, {
					input: item,
					path: [{
						type: "array",
						origin: "value",
						input: dataset.value,
						key: index,
						value: item
					}]
				});
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/checkItems/checkItemsAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function checkItemsAsync(requirement, message$1) {
	return {
		kind: "validation",
		type: "check_items",
		reference: checkItemsAsync,
		async: true,
		expects: null,
		requirement,
		message: message$1,
		async "~run"(dataset, config$1) {
			if (dataset.typed) {
				const requirementResults = await Promise.all(dataset.value.map(this.requirement));
				for (let index = 0; index < dataset.value.length; index++) if (!requirementResults[index]) {
					const item = dataset.value[index];
					_addIssue(this, "item", dataset, config$1, {
						input: item,
						path: [{
							type: "array",
							origin: "value",
							input: dataset.value,
							key: index,
							value: item
						}]
					});
				}
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/codePoints/codePoints.ts
/* @__NO_SIDE_EFFECTS__ */
function codePoints(requirement, message$1) {
	return {
		kind: "validation",
		type: "code_points",
		reference: codePoints,
		async: false,
		expects: `${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getCodePointCount(dataset.value);
				if (count !== this.requirement) _addIssue(this, "code points", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/creditCard/creditCard.ts
/**
* Credit card regex.
*/
const CREDIT_CARD_REGEX = /^(?:\d{13,19}|\d{4}(?: \d{3,6}){2,4}|\d{4}(?:-\d{3,6}){2,4})$/u;
/**
* Sanitize regex.
*/
const SANITIZE_REGEX = /[- ]/gu;
/**
* Provider regex list.
*/
const PROVIDER_REGEX_LIST = (/* unused pure expression or super */ null && ([
	/^3[47]\d{13}$/u,
	/^3(?:0[0-5]|[68]\d)\d{11,13}$/u,
	/^6(?:011|5\d{2})\d{12,15}$/u,
	/^(?:2131|1800|35\d{3})\d{11}$/u,
	/^(?:5[1-5]\d{2}|222\d|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}$/u,
	/^(?:6[27]\d{14,17}|81\d{14,17})$/u,
	/^4\d{12}(?:\d{3,6})?$/u
]));
/* @__NO_SIDE_EFFECTS__ */
function creditCard(message$1) {
	return {
		kind: "validation",
		type: "credit_card",
		reference: creditCard,
		async: false,
		expects: null,
		requirement(input) {
			let sanitized;
			return CREDIT_CARD_REGEX.test(input) && (sanitized = input.replace(SANITIZE_REGEX, "")) && PROVIDER_REGEX_LIST.some((regex$1) => regex$1.test(sanitized)) && /* @__PURE__ */ _isLuhnAlgo(sanitized);
		},
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "credit card", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/cuid2/cuid2.ts
/* @__NO_SIDE_EFFECTS__ */
function cuid2(message$1) {
	return {
		kind: "validation",
		type: "cuid2",
		reference: cuid2,
		async: false,
		expects: null,
		requirement: CUID2_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "Cuid2", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/decimal/decimal.ts
/* @__NO_SIDE_EFFECTS__ */
function decimal(message$1) {
	return {
		kind: "validation",
		type: "decimal",
		reference: decimal,
		async: false,
		expects: null,
		requirement: DECIMAL_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "decimal", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/description/description.ts
/**
* Creates a description metadata action.
*
* @param description_ The description text.
*
* @returns A description action.
*/
/* @__NO_SIDE_EFFECTS__ */
function description(description_) {
	return {
		kind: "metadata",
		type: "description",
		reference: description,
		description: description_
	};
}

//#endregion
//#region src/actions/digits/digits.ts
/* @__NO_SIDE_EFFECTS__ */
function digits(message$1) {
	return {
		kind: "validation",
		type: "digits",
		reference: digits,
		async: false,
		expects: null,
		requirement: DIGITS_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "digits", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/domain/domain.ts
/* @__NO_SIDE_EFFECTS__ */
function domain(message$1) {
	return {
		kind: "validation",
		type: "domain",
		reference: domain,
		expects: null,
		async: false,
		requirement: DOMAIN_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "domain", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/email/email.ts
/* @__NO_SIDE_EFFECTS__ */
function email(message$1) {
	return {
		kind: "validation",
		type: "email",
		reference: email,
		expects: null,
		async: false,
		requirement: EMAIL_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "email", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/emoji/emoji.ts
/* @__NO_SIDE_EFFECTS__ */
function emoji(message$1) {
	return {
		kind: "validation",
		type: "emoji",
		reference: emoji,
		async: false,
		expects: null,
		requirement: EMOJI_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "emoji", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/empty/empty.ts
/* @__NO_SIDE_EFFECTS__ */
function empty(message$1) {
	return {
		kind: "validation",
		type: "empty",
		reference: empty,
		async: false,
		expects: "0",
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.length > 0) _addIssue(this, "length", dataset, config$1, { received: `${dataset.value.length}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/endsWith/endsWith.ts
/* @__NO_SIDE_EFFECTS__ */
function endsWith(requirement, message$1) {
	return {
		kind: "validation",
		type: "ends_with",
		reference: endsWith,
		async: false,
		expects: `"${requirement}"`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !dataset.value.endsWith(this.requirement)) _addIssue(this, "end", dataset, config$1, { received: `"${dataset.value.slice(-this.requirement.length)}"` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/entries/entries.ts
/* @__NO_SIDE_EFFECTS__ */
function entries(requirement, message$1) {
	return {
		kind: "validation",
		type: "entries",
		reference: entries,
		async: false,
		expects: `${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (!dataset.typed) return dataset;
			const count = Object.keys(dataset.value).length;
			if (dataset.typed && count !== this.requirement) _addIssue(this, "entries", dataset, config$1, { received: `${count}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/everyItem/everyItem.ts
/* @__NO_SIDE_EFFECTS__ */
function everyItem(requirement, message$1) {
	return {
		kind: "validation",
		type: "every_item",
		reference: everyItem,
		async: false,
		expects: null,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !dataset.value.every(this.requirement)) _addIssue(this, "item", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/examples/examples.ts
/**
* Creates an examples metadata action.
*
* @param examples_ The examples.
*
* @returns An examples action.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function examples(examples_) {
	return {
		kind: "metadata",
		type: "examples",
		reference: examples,
		examples: examples_
	};
}

//#endregion
//#region src/actions/excludes/excludes.ts
/* @__NO_SIDE_EFFECTS__ */
function excludes(requirement, message$1) {
	const received = /* @__PURE__ */ _stringify(requirement);
	return {
		kind: "validation",
		type: "excludes",
		reference: excludes,
		async: false,
		expects: `!${received}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.includes(this.requirement)) _addIssue(this, "content", dataset, config$1, { received });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/filterItems/filterItems.ts
/* @__NO_SIDE_EFFECTS__ */
function filterItems(operation) {
	return {
		kind: "transformation",
		type: "filter_items",
		reference: filterItems,
		async: false,
		operation,
		"~run"(dataset) {
			dataset.value = dataset.value.filter(this.operation);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/findItem/findItem.ts
/* @__NO_SIDE_EFFECTS__ */
function findItem(operation) {
	return {
		kind: "transformation",
		type: "find_item",
		reference: findItem,
		async: false,
		operation,
		"~run"(dataset) {
			dataset.value = dataset.value.find(this.operation);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/finite/finite.ts
/* @__NO_SIDE_EFFECTS__ */
function finite(message$1) {
	return {
		kind: "validation",
		type: "finite",
		reference: finite,
		async: false,
		expects: null,
		requirement: Number.isFinite,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "finite", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/flavor/flavor.ts
/**
* Creates a flavor transformation action.
*
* @param name The flavor name.
*
* @returns A flavor action.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function flavor(name) {
	return {
		kind: "transformation",
		type: "flavor",
		reference: flavor,
		async: false,
		name,
		"~run"(dataset) {
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/graphemes/graphemes.ts
/* @__NO_SIDE_EFFECTS__ */
function graphemes(requirement, message$1) {
	return {
		kind: "validation",
		type: "graphemes",
		reference: graphemes,
		async: false,
		expects: `${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getGraphemeCount(dataset.value);
				if (count !== this.requirement) _addIssue(this, "graphemes", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/gtValue/gtValue.ts
/* @__NO_SIDE_EFFECTS__ */
function gtValue(requirement, message$1) {
	return {
		kind: "validation",
		type: "gt_value",
		reference: gtValue,
		async: false,
		expects: `>${requirement instanceof Date ? requirement.toJSON() : /* @__PURE__ */ _stringify(requirement)}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !(dataset.value > this.requirement)) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/guard/guard.ts
/* @__NO_SIDE_EFFECTS__ */
function guard(requirement, message$1) {
	return {
		kind: "transformation",
		type: "guard",
		reference: guard,
		async: false,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) {
				_addIssue(this, "input", dataset, config$1);
				dataset.typed = false;
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/hash/hash.ts
/**
* Hash lengths object.
*/
const HASH_LENGTHS = {
	md4: 32,
	md5: 32,
	sha1: 40,
	sha256: 64,
	sha384: 96,
	sha512: 128,
	ripemd128: 32,
	ripemd160: 40,
	tiger128: 32,
	tiger160: 40,
	tiger192: 48,
	crc32: 8,
	crc32b: 8,
	adler32: 8
};
/* @__NO_SIDE_EFFECTS__ */
function hash(types, message$1) {
	return {
		kind: "validation",
		type: "hash",
		reference: hash,
		expects: null,
		async: false,
		requirement: RegExp(types.map((type) => `^[a-fA-F0-9]{${HASH_LENGTHS[type]}}$`).join("|"), "u"),
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "hash", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/hexadecimal/hexadecimal.ts
/* @__NO_SIDE_EFFECTS__ */
function hexadecimal(message$1) {
	return {
		kind: "validation",
		type: "hexadecimal",
		reference: hexadecimal,
		async: false,
		expects: null,
		requirement: HEXADECIMAL_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "hexadecimal", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/hexColor/hexColor.ts
/* @__NO_SIDE_EFFECTS__ */
function hexColor(message$1) {
	return {
		kind: "validation",
		type: "hex_color",
		reference: hexColor,
		async: false,
		expects: null,
		requirement: HEX_COLOR_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "hex color", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/imei/imei.ts
/* @__NO_SIDE_EFFECTS__ */
function imei(message$1) {
	return {
		kind: "validation",
		type: "imei",
		reference: imei,
		async: false,
		expects: null,
		requirement(input) {
			return IMEI_REGEX.test(input) && /* @__PURE__ */ _isLuhnAlgo(input);
		},
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "IMEI", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/includes/includes.ts
/* @__NO_SIDE_EFFECTS__ */
function includes(requirement, message$1) {
	const expects = /* @__PURE__ */ _stringify(requirement);
	return {
		kind: "validation",
		type: "includes",
		reference: includes,
		async: false,
		expects,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !dataset.value.includes(this.requirement)) _addIssue(this, "content", dataset, config$1, { received: `!${expects}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/integer/integer.ts
/* @__NO_SIDE_EFFECTS__ */
function integer(message$1) {
	return {
		kind: "validation",
		type: "integer",
		reference: integer,
		async: false,
		expects: null,
		requirement: Number.isInteger,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "integer", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/ip/ip.ts
/* @__NO_SIDE_EFFECTS__ */
function ip(message$1) {
	return {
		kind: "validation",
		type: "ip",
		reference: ip,
		async: false,
		expects: null,
		requirement: IP_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "IP", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/ipv4/ipv4.ts
/* @__NO_SIDE_EFFECTS__ */
function ipv4(message$1) {
	return {
		kind: "validation",
		type: "ipv4",
		reference: ipv4,
		async: false,
		expects: null,
		requirement: IPV4_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "IPv4", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/ipv6/ipv6.ts
/* @__NO_SIDE_EFFECTS__ */
function ipv6(message$1) {
	return {
		kind: "validation",
		type: "ipv6",
		reference: ipv6,
		async: false,
		expects: null,
		requirement: IPV6_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "IPv6", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isbn/utils/_isIsbn10.ts
/**
* [Validates an ISBN-10](https://en.wikipedia.org/wiki/ISBN#ISBN-10_check_digits).
*
* @param input The input value.
*
* @returns `true` if the input is a valid ISBN-10, `false` otherwise.
*
* @internal
*/
function _isIsbn10(input) {
	const digits$1 = input.split("").map((c) => c === "X" ? 10 : parseInt(c));
	let sum = 0;
	for (let i = 0; i < 10; i++) sum += digits$1[i] * (10 - i);
	return sum % 11 === 0;
}

//#endregion
//#region src/actions/isbn/utils/_isIsbn13.ts
/**
* [Validates an ISBN-13](https://en.wikipedia.org/wiki/ISBN#ISBN-13_check_digit_calculation).
*
* @param input The input value.
*
* @returns `true` if the input is a valid ISBN-13, `false` otherwise.
*
* @internal
*/
function _isIsbn13(input) {
	const digits$1 = input.split("").map((c) => parseInt(c));
	let sum = 0;
	for (let i = 0; i < 13; i++) sum += digits$1[i] * (i % 2 === 0 ? 1 : 3);
	return sum % 10 === 0;
}

//#endregion
//#region src/actions/isbn/isbn.ts
/**
* ISBN separator regex.
*/
const ISBN_SEPARATOR_REGEX = /[- ]/gu;
/**
* ISBN-10 detection regex.
*/
const ISBN_10_DETECTION_REGEX = /^\d{9}[\dX]$/u;
/**
* ISBN-13 detection regex.
*/
const ISBN_13_DETECTION_REGEX = /^\d{13}$/u;
/* @__NO_SIDE_EFFECTS__ */
function isbn(message$1) {
	return {
		kind: "validation",
		type: "isbn",
		reference: isbn,
		async: false,
		expects: null,
		requirement(input) {
			const replacedInput = input.replace(ISBN_SEPARATOR_REGEX, "");
			if (ISBN_10_DETECTION_REGEX.test(replacedInput)) return _isIsbn10(replacedInput);
			else if (ISBN_13_DETECTION_REGEX.test(replacedInput)) return _isIsbn13(replacedInput);
			return false;
		},
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "ISBN", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isrc/isrc.ts
/* @__NO_SIDE_EFFECTS__ */
function isrc(message$1) {
	return {
		kind: "validation",
		type: "isrc",
		reference: isrc,
		async: false,
		expects: null,
		requirement: ISRC_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "ISRC", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isoDate/isoDate.ts
/* @__NO_SIDE_EFFECTS__ */
function isoDate(message$1) {
	return {
		kind: "validation",
		type: "iso_date",
		reference: isoDate,
		async: false,
		expects: null,
		requirement: ISO_DATE_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "date", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isoDateTime/isoDateTime.ts
/* @__NO_SIDE_EFFECTS__ */
function isoDateTime(message$1) {
	return {
		kind: "validation",
		type: "iso_date_time",
		reference: isoDateTime,
		async: false,
		expects: null,
		requirement: ISO_DATE_TIME_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "date-time", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isoDateTimeSecond/isoDateTimeSecond.ts
/* @__NO_SIDE_EFFECTS__ */
function isoDateTimeSecond(message$1) {
	return {
		kind: "validation",
		type: "iso_date_time_second",
		reference: isoDateTimeSecond,
		async: false,
		expects: null,
		requirement: ISO_DATE_TIME_SECOND_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "date-time-second", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isoTime/isoTime.ts
/* @__NO_SIDE_EFFECTS__ */
function isoTime(message$1) {
	return {
		kind: "validation",
		type: "iso_time",
		reference: isoTime,
		async: false,
		expects: null,
		requirement: ISO_TIME_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "time", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isoTimeSecond/isoTimeSecond.ts
/* @__NO_SIDE_EFFECTS__ */
function isoTimeSecond(message$1) {
	return {
		kind: "validation",
		type: "iso_time_second",
		reference: isoTimeSecond,
		async: false,
		expects: null,
		requirement: ISO_TIME_SECOND_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "time-second", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isoTimestamp/isoTimestamp.ts
/* @__NO_SIDE_EFFECTS__ */
function isoTimestamp(message$1) {
	return {
		kind: "validation",
		type: "iso_timestamp",
		reference: isoTimestamp,
		async: false,
		expects: null,
		requirement: ISO_TIMESTAMP_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "timestamp", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isoWeek/isoWeek.ts
/* @__NO_SIDE_EFFECTS__ */
function isoWeek(message$1) {
	return {
		kind: "validation",
		type: "iso_week",
		reference: isoWeek,
		async: false,
		expects: null,
		requirement: ISO_WEEK_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "week", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/jwsCompact/jwsCompact.ts
/* @__NO_SIDE_EFFECTS__ */
function jwsCompact(message$1) {
	return {
		kind: "validation",
		type: "jws_compact",
		reference: jwsCompact,
		async: false,
		expects: null,
		requirement: JWS_COMPACT_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "JWS compact", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/ksuid/ksuid.ts
/* @__NO_SIDE_EFFECTS__ */
function ksuid(message$1) {
	return {
		kind: "validation",
		type: "ksuid",
		reference: ksuid,
		async: false,
		expects: null,
		requirement: KSUID_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "KSUID", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/length/length.ts
/* @__NO_SIDE_EFFECTS__ */
function dist_length(requirement, message$1) {
	return {
		kind: "validation",
		type: "length",
		reference: dist_length,
		async: false,
		expects: `${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.length !== this.requirement) _addIssue(this, "length", dataset, config$1, { received: `${dataset.value.length}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/ltValue/ltValue.ts
/* @__NO_SIDE_EFFECTS__ */
function ltValue(requirement, message$1) {
	return {
		kind: "validation",
		type: "lt_value",
		reference: ltValue,
		async: false,
		expects: `<${requirement instanceof Date ? requirement.toJSON() : /* @__PURE__ */ _stringify(requirement)}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !(dataset.value < this.requirement)) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/mac/mac.ts
/* @__NO_SIDE_EFFECTS__ */
function mac(message$1) {
	return {
		kind: "validation",
		type: "mac",
		reference: mac,
		async: false,
		expects: null,
		requirement: MAC_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "MAC", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/mac48/mac48.ts
/* @__NO_SIDE_EFFECTS__ */
function mac48(message$1) {
	return {
		kind: "validation",
		type: "mac48",
		reference: mac48,
		async: false,
		expects: null,
		requirement: MAC48_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "48-bit MAC", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/mac64/mac64.ts
/* @__NO_SIDE_EFFECTS__ */
function mac64(message$1) {
	return {
		kind: "validation",
		type: "mac64",
		reference: mac64,
		async: false,
		expects: null,
		requirement: MAC64_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "64-bit MAC", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/mapItems/mapItems.ts
/* @__NO_SIDE_EFFECTS__ */
function mapItems(operation) {
	return {
		kind: "transformation",
		type: "map_items",
		reference: mapItems,
		async: false,
		operation,
		"~run"(dataset) {
			dataset.value = dataset.value.map(this.operation);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/maxBytes/maxBytes.ts
/* @__NO_SIDE_EFFECTS__ */
function maxBytes(requirement, message$1) {
	return {
		kind: "validation",
		type: "max_bytes",
		reference: maxBytes,
		async: false,
		expects: `<=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const length$1 = /* @__PURE__ */ _getByteCount(dataset.value);
				if (length$1 > this.requirement) _addIssue(this, "bytes", dataset, config$1, { received: `${length$1}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/maxCodePoints/maxCodePoints.ts
/* @__NO_SIDE_EFFECTS__ */
function maxCodePoints(requirement, message$1) {
	return {
		kind: "validation",
		type: "max_code_points",
		reference: maxCodePoints,
		async: false,
		expects: `<=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getCodePointCount(dataset.value);
				if (count > this.requirement) _addIssue(this, "code points", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/maxEntries/maxEntries.ts
/* @__NO_SIDE_EFFECTS__ */
function maxEntries(requirement, message$1) {
	return {
		kind: "validation",
		type: "max_entries",
		reference: maxEntries,
		async: false,
		expects: `<=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (!dataset.typed) return dataset;
			const count = Object.keys(dataset.value).length;
			if (dataset.typed && count > this.requirement) _addIssue(this, "entries", dataset, config$1, { received: `${count}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/maxGraphemes/maxGraphemes.ts
/* @__NO_SIDE_EFFECTS__ */
function maxGraphemes(requirement, message$1) {
	return {
		kind: "validation",
		type: "max_graphemes",
		reference: maxGraphemes,
		async: false,
		expects: `<=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getGraphemeCount(dataset.value);
				if (count > this.requirement) _addIssue(this, "graphemes", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/maxLength/maxLength.ts
/* @__NO_SIDE_EFFECTS__ */
function maxLength(requirement, message$1) {
	return {
		kind: "validation",
		type: "max_length",
		reference: maxLength,
		async: false,
		expects: `<=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.length > this.requirement) _addIssue(this, "length", dataset, config$1, { received: `${dataset.value.length}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/maxSize/maxSize.ts
/* @__NO_SIDE_EFFECTS__ */
function maxSize(requirement, message$1) {
	return {
		kind: "validation",
		type: "max_size",
		reference: maxSize,
		async: false,
		expects: `<=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.size > this.requirement) _addIssue(this, "size", dataset, config$1, { received: `${dataset.value.size}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/maxValue/maxValue.ts
/* @__NO_SIDE_EFFECTS__ */
function maxValue(requirement, message$1) {
	return {
		kind: "validation",
		type: "max_value",
		reference: maxValue,
		async: false,
		expects: `<=${requirement instanceof Date ? requirement.toJSON() : /* @__PURE__ */ _stringify(requirement)}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !(dataset.value <= this.requirement)) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/maxWords/maxWords.ts
/* @__NO_SIDE_EFFECTS__ */
function maxWords(locales, requirement, message$1) {
	return {
		kind: "validation",
		type: "max_words",
		reference: maxWords,
		async: false,
		expects: `<=${requirement}`,
		locales,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getWordCount(this.locales, dataset.value);
				if (count > this.requirement) _addIssue(this, "words", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/metadata/metadata.ts
/**
* Creates a custom metadata action.
*
* @param metadata_ The metadata object.
*
* @returns A metadata action.
*/
/* @__NO_SIDE_EFFECTS__ */
function metadata(metadata_) {
	return {
		kind: "metadata",
		type: "metadata",
		reference: metadata,
		metadata: metadata_
	};
}

//#endregion
//#region src/actions/mimeType/mimeType.ts
/* @__NO_SIDE_EFFECTS__ */
function mimeType(requirement, message$1) {
	return {
		kind: "validation",
		type: "mime_type",
		reference: mimeType,
		async: false,
		expects: /* @__PURE__ */ _joinExpects(requirement.map((option) => `"${option}"`), "|"),
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.includes(dataset.value.type)) _addIssue(this, "MIME type", dataset, config$1, { received: `"${dataset.value.type}"` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/minBytes/minBytes.ts
/* @__NO_SIDE_EFFECTS__ */
function minBytes(requirement, message$1) {
	return {
		kind: "validation",
		type: "min_bytes",
		reference: minBytes,
		async: false,
		expects: `>=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const length$1 = /* @__PURE__ */ _getByteCount(dataset.value);
				if (length$1 < this.requirement) _addIssue(this, "bytes", dataset, config$1, { received: `${length$1}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/minCodePoints/minCodePoints.ts
/* @__NO_SIDE_EFFECTS__ */
function minCodePoints(requirement, message$1) {
	return {
		kind: "validation",
		type: "min_code_points",
		reference: minCodePoints,
		async: false,
		expects: `>=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getCodePointCount(dataset.value);
				if (count < this.requirement) _addIssue(this, "code points", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/minEntries/minEntries.ts
/* @__NO_SIDE_EFFECTS__ */
function minEntries(requirement, message$1) {
	return {
		kind: "validation",
		type: "min_entries",
		reference: minEntries,
		async: false,
		expects: `>=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (!dataset.typed) return dataset;
			const count = Object.keys(dataset.value).length;
			if (dataset.typed && count < this.requirement) _addIssue(this, "entries", dataset, config$1, { received: `${count}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/minGraphemes/minGraphemes.ts
/* @__NO_SIDE_EFFECTS__ */
function minGraphemes(requirement, message$1) {
	return {
		kind: "validation",
		type: "min_graphemes",
		reference: minGraphemes,
		async: false,
		expects: `>=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getGraphemeCount(dataset.value);
				if (count < this.requirement) _addIssue(this, "graphemes", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/minLength/minLength.ts
/* @__NO_SIDE_EFFECTS__ */
function minLength(requirement, message$1) {
	return {
		kind: "validation",
		type: "min_length",
		reference: minLength,
		async: false,
		expects: `>=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.length < this.requirement) _addIssue(this, "length", dataset, config$1, { received: `${dataset.value.length}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/minSize/minSize.ts
/* @__NO_SIDE_EFFECTS__ */
function minSize(requirement, message$1) {
	return {
		kind: "validation",
		type: "min_size",
		reference: minSize,
		async: false,
		expects: `>=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.size < this.requirement) _addIssue(this, "size", dataset, config$1, { received: `${dataset.value.size}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/minValue/minValue.ts
/* @__NO_SIDE_EFFECTS__ */
function minValue(requirement, message$1) {
	return {
		kind: "validation",
		type: "min_value",
		reference: minValue,
		async: false,
		expects: `>=${requirement instanceof Date ? requirement.toJSON() : /* @__PURE__ */ _stringify(requirement)}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !(dataset.value >= this.requirement)) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/minWords/minWords.ts
/* @__NO_SIDE_EFFECTS__ */
function minWords(locales, requirement, message$1) {
	return {
		kind: "validation",
		type: "min_words",
		reference: minWords,
		async: false,
		expects: `>=${requirement}`,
		locales,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getWordCount(this.locales, dataset.value);
				if (count < this.requirement) _addIssue(this, "words", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/multipleOf/multipleOf.ts
/* @__NO_SIDE_EFFECTS__ */
function multipleOf(requirement, message$1) {
	return {
		kind: "validation",
		type: "multiple_of",
		reference: multipleOf,
		async: false,
		expects: `%${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value % this.requirement != 0) _addIssue(this, "multiple", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/nanoid/nanoid.ts
/* @__NO_SIDE_EFFECTS__ */
function nanoid(message$1) {
	return {
		kind: "validation",
		type: "nanoid",
		reference: nanoid,
		async: false,
		expects: null,
		requirement: NANO_ID_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "Nano ID", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/nonEmpty/nonEmpty.ts
/* @__NO_SIDE_EFFECTS__ */
function nonEmpty(message$1) {
	return {
		kind: "validation",
		type: "non_empty",
		reference: nonEmpty,
		async: false,
		expects: "!0",
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.length === 0) _addIssue(this, "length", dataset, config$1, { received: "0" });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/normalize/normalize.ts
/* @__NO_SIDE_EFFECTS__ */
function normalize(form) {
	return {
		kind: "transformation",
		type: "normalize",
		reference: normalize,
		async: false,
		form,
		"~run"(dataset) {
			dataset.value = dataset.value.normalize(this.form);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notBytes/notBytes.ts
/* @__NO_SIDE_EFFECTS__ */
function notBytes(requirement, message$1) {
	return {
		kind: "validation",
		type: "not_bytes",
		reference: notBytes,
		async: false,
		expects: `!${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const length$1 = /* @__PURE__ */ _getByteCount(dataset.value);
				if (length$1 === this.requirement) _addIssue(this, "bytes", dataset, config$1, { received: `${length$1}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notCodePoints/notCodePoints.ts
/* @__NO_SIDE_EFFECTS__ */
function notCodePoints(requirement, message$1) {
	return {
		kind: "validation",
		type: "not_code_points",
		reference: notCodePoints,
		async: false,
		expects: `!${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getCodePointCount(dataset.value);
				if (count === this.requirement) _addIssue(this, "code points", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notEntries/notEntries.ts
/* @__NO_SIDE_EFFECTS__ */
function notEntries(requirement, message$1) {
	return {
		kind: "validation",
		type: "not_entries",
		reference: notEntries,
		async: false,
		expects: `!${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (!dataset.typed) return dataset;
			const count = Object.keys(dataset.value).length;
			if (dataset.typed && count === this.requirement) _addIssue(this, "entries", dataset, config$1, { received: `${count}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notGraphemes/notGraphemes.ts
/* @__NO_SIDE_EFFECTS__ */
function notGraphemes(requirement, message$1) {
	return {
		kind: "validation",
		type: "not_graphemes",
		reference: notGraphemes,
		async: false,
		expects: `!${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getGraphemeCount(dataset.value);
				if (count === this.requirement) _addIssue(this, "graphemes", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notLength/notLength.ts
/* @__NO_SIDE_EFFECTS__ */
function notLength(requirement, message$1) {
	return {
		kind: "validation",
		type: "not_length",
		reference: notLength,
		async: false,
		expects: `!${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.length === this.requirement) _addIssue(this, "length", dataset, config$1, { received: `${dataset.value.length}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notSize/notSize.ts
/* @__NO_SIDE_EFFECTS__ */
function notSize(requirement, message$1) {
	return {
		kind: "validation",
		type: "not_size",
		reference: notSize,
		async: false,
		expects: `!${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.size === this.requirement) _addIssue(this, "size", dataset, config$1, { received: `${dataset.value.size}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notValue/notValue.ts
/* @__NO_SIDE_EFFECTS__ */
function notValue(requirement, message$1) {
	return {
		kind: "validation",
		type: "not_value",
		reference: notValue,
		async: false,
		expects: requirement instanceof Date ? `!${requirement.toJSON()}` : `!${/* @__PURE__ */ _stringify(requirement)}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && /* @__PURE__ */ _isValueMatch(this.requirement, dataset.value)) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notValues/notValues.ts
/* @__NO_SIDE_EFFECTS__ */
function notValues(requirement, message$1) {
	return {
		kind: "validation",
		type: "not_values",
		reference: notValues,
		async: false,
		expects: `!${/* @__PURE__ */ _joinExpects(requirement.map((value$1) => value$1 instanceof Date ? value$1.toJSON() : /* @__PURE__ */ _stringify(value$1)), "|")}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && this.requirement.some((requirement$1) => /* @__PURE__ */ _isValueMatch(requirement$1, dataset.value))) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notWords/notWords.ts
/* @__NO_SIDE_EFFECTS__ */
function notWords(locales, requirement, message$1) {
	return {
		kind: "validation",
		type: "not_words",
		reference: notWords,
		async: false,
		expects: `!${requirement}`,
		locales,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getWordCount(this.locales, dataset.value);
				if (count === this.requirement) _addIssue(this, "words", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/octal/octal.ts
/* @__NO_SIDE_EFFECTS__ */
function octal(message$1) {
	return {
		kind: "validation",
		type: "octal",
		reference: octal,
		async: false,
		expects: null,
		requirement: OCTAL_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "octal", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/parseBoolean/parseBoolean.ts
const TRUTHY = (/* unused pure expression or super */ null && ([
	true,
	1,
	"true",
	"1",
	"yes",
	"y",
	"on",
	"enabled"
]));
const FALSY = (/* unused pure expression or super */ null && ([
	false,
	0,
	"false",
	"0",
	"no",
	"n",
	"off",
	"disabled"
]));
/* @__NO_SIDE_EFFECTS__ */
function parseBoolean(config$1, message$1) {
	const normalize$1 = (v) => typeof v === "string" ? v.toLowerCase() : v;
	const truthyRaw = config$1?.truthy ?? TRUTHY;
	const falsyRaw = config$1?.falsy ?? FALSY;
	const truthy = config$1?.truthy ? config$1.truthy.map(normalize$1) : TRUTHY;
	const falsy = config$1?.falsy ? config$1.falsy.map(normalize$1) : FALSY;
	return {
		kind: "transformation",
		type: "parse_boolean",
		reference: parseBoolean,
		expects: /* @__PURE__ */ _joinExpects([...truthyRaw, ...falsyRaw].map(_stringify), "|"),
		config: config$1,
		message: message$1,
		async: false,
		"~run"(dataset, config$2) {
			const input = normalize$1(dataset.value);
			if (truthy.includes(input)) dataset.value = true;
			else if (falsy.includes(input)) dataset.value = false;
			else {
				_addIssue(this, "boolean", dataset, config$2);
				dataset.typed = false;
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/parseJson/parseJson.ts
/* @__NO_SIDE_EFFECTS__ */
function parseJson(config$1, message$1) {
	return {
		kind: "transformation",
		type: "parse_json",
		reference: parseJson,
		config: config$1,
		message: message$1,
		async: false,
		"~run"(dataset, config$2) {
			try {
				dataset.value = JSON.parse(dataset.value, this.config?.reviver);
			} catch (error) {
				if (error instanceof Error) {
					_addIssue(this, "JSON", dataset, config$2, { received: `"${error.message}"` });
					dataset.typed = false;
				} else throw error;
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/partialCheck/utils/_isPartiallyTyped/_isPartiallyTyped.ts
/**
* Checks if a dataset is partially typed.
*
* @param dataset The dataset to check.
* @param paths The paths to check.
*
* @returns Whether it is partially typed.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _isPartiallyTyped(dataset, paths) {
	if (dataset.issues) for (const path of paths) for (const issue of dataset.issues) {
		let typed = false;
		const bound = Math.min(path.length, issue.path?.length ?? 0);
		for (let index = 0; index < bound; index++) if (path[index] !== issue.path[index].key && (path[index] !== "$" || issue.path[index].type !== "array")) {
			typed = true;
			break;
		}
		if (!typed) return false;
	}
	return true;
}

//#endregion
//#region src/actions/partialCheck/partialCheck.ts
/* @__NO_SIDE_EFFECTS__ */
function partialCheck(paths, requirement, message$1) {
	return {
		kind: "validation",
		type: "partial_check",
		reference: partialCheck,
		async: false,
		expects: null,
		paths,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if ((dataset.typed || /* @__PURE__ */ _isPartiallyTyped(dataset, paths)) && !this.requirement(dataset.value)) _addIssue(this, "input", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/partialCheck/partialCheckAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function partialCheckAsync(paths, requirement, message$1) {
	return {
		kind: "validation",
		type: "partial_check",
		reference: partialCheckAsync,
		async: true,
		expects: null,
		paths,
		requirement,
		message: message$1,
		async "~run"(dataset, config$1) {
			if ((dataset.typed || /* @__PURE__ */ _isPartiallyTyped(dataset, paths)) && !await this.requirement(dataset.value)) _addIssue(this, "input", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/rawCheck/rawCheck.ts
/**
* Creates a raw check validation action.
*
* @param action The validation action.
*
* @returns A raw check action.
*/
/* @__NO_SIDE_EFFECTS__ */
function rawCheck(action) {
	return {
		kind: "validation",
		type: "raw_check",
		reference: rawCheck,
		async: false,
		expects: null,
		"~run"(dataset, config$1) {
			action({
				dataset,
				config: config$1,
				addIssue: (info) => _addIssue(this, info?.label ?? "input", dataset, config$1, info)
			});
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/rawCheck/rawCheckAsync.ts
/**
* Creates a raw check validation action.
*
* @param action The validation action.
*
* @returns A raw check action.
*/
/* @__NO_SIDE_EFFECTS__ */
function rawCheckAsync(action) {
	return {
		kind: "validation",
		type: "raw_check",
		reference: rawCheckAsync,
		async: true,
		expects: null,
		async "~run"(dataset, config$1) {
			await action({
				dataset,
				config: config$1,
				addIssue: (info) => _addIssue(this, info?.label ?? "input", dataset, config$1, info)
			});
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/rawTransform/rawTransform.ts
/**
* Creates a raw transformation action.
*
* @param action The transformation action.
*
* @returns A raw transform action.
*/
/* @__NO_SIDE_EFFECTS__ */
function rawTransform(action) {
	return {
		kind: "transformation",
		type: "raw_transform",
		reference: rawTransform,
		async: false,
		"~run"(dataset, config$1) {
			const output = action({
				dataset,
				config: config$1,
				addIssue: (info) => _addIssue(this, info?.label ?? "input", dataset, config$1, info),
				NEVER: null
			});
			if (dataset.issues) dataset.typed = false;
			else dataset.value = output;
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/rawTransform/rawTransformAsync.ts
/**
* Creates a raw transformation action.
*
* @param action The transformation action.
*
* @returns A raw transform action.
*/
/* @__NO_SIDE_EFFECTS__ */
function rawTransformAsync(action) {
	return {
		kind: "transformation",
		type: "raw_transform",
		reference: rawTransformAsync,
		async: true,
		async "~run"(dataset, config$1) {
			const output = await action({
				dataset,
				config: config$1,
				addIssue: (info) => _addIssue(this, info?.label ?? "input", dataset, config$1, info),
				NEVER: null
			});
			if (dataset.issues) dataset.typed = false;
			else dataset.value = output;
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/readonly/readonly.ts
/* @__NO_SIDE_EFFECTS__ */
function readonly() {
	return {
		kind: "transformation",
		type: "readonly",
		reference: readonly,
		async: false,
		"~run"(dataset) {
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/reduceItems/reduceItems.ts
/* @__NO_SIDE_EFFECTS__ */
function reduceItems(operation, initial) {
	return {
		kind: "transformation",
		type: "reduce_items",
		reference: reduceItems,
		async: false,
		operation,
		initial,
		"~run"(dataset) {
			dataset.value = dataset.value.reduce(this.operation, this.initial);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/regex/regex.ts
/* @__NO_SIDE_EFFECTS__ */
function regex(requirement, message$1) {
	return {
		kind: "validation",
		type: "regex",
		reference: regex,
		async: false,
		expects: `${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "format", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/returns/returns.ts
/* @__NO_SIDE_EFFECTS__ */
function returns(schema) {
	return {
		kind: "transformation",
		type: "returns",
		reference: returns,
		async: false,
		schema,
		"~run"(dataset, config$1) {
			const func = dataset.value;
			dataset.value = (...args_) => {
				const returnsDataset = this.schema["~run"]({ value: func(...args_) }, config$1);
				if (returnsDataset.issues) throw new ValiError(returnsDataset.issues);
				return returnsDataset.value;
			};
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/returns/returnsAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function returnsAsync(schema) {
	return {
		kind: "transformation",
		type: "returns",
		reference: returnsAsync,
		async: false,
		schema,
		"~run"(dataset, config$1) {
			const func = dataset.value;
			dataset.value = async (...args_) => {
				const returnsDataset = await this.schema["~run"]({ value: await func(...args_) }, config$1);
				if (returnsDataset.issues) throw new ValiError(returnsDataset.issues);
				return returnsDataset.value;
			};
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/rfcEmail/rfcEmail.ts
/* @__NO_SIDE_EFFECTS__ */
function rfcEmail(message$1) {
	return {
		kind: "validation",
		type: "rfc_email",
		reference: rfcEmail,
		expects: null,
		async: false,
		requirement: RFC_EMAIL_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "email", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/safeInteger/safeInteger.ts
/* @__NO_SIDE_EFFECTS__ */
function safeInteger(message$1) {
	return {
		kind: "validation",
		type: "safe_integer",
		reference: safeInteger,
		async: false,
		expects: null,
		requirement: Number.isSafeInteger,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "safe integer", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/size/size.ts
/* @__NO_SIDE_EFFECTS__ */
function size(requirement, message$1) {
	return {
		kind: "validation",
		type: "size",
		reference: size,
		async: false,
		expects: `${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.size !== this.requirement) _addIssue(this, "size", dataset, config$1, { received: `${dataset.value.size}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/slug/slug.ts
/* @__NO_SIDE_EFFECTS__ */
function slug(message$1) {
	return {
		kind: "validation",
		type: "slug",
		reference: slug,
		async: false,
		expects: null,
		requirement: SLUG_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "slug", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/someItem/someItem.ts
/* @__NO_SIDE_EFFECTS__ */
function someItem(requirement, message$1) {
	return {
		kind: "validation",
		type: "some_item",
		reference: someItem,
		async: false,
		expects: null,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !dataset.value.some(this.requirement)) _addIssue(this, "item", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/sortItems/sortItems.ts
/* @__NO_SIDE_EFFECTS__ */
function sortItems(operation) {
	return {
		kind: "transformation",
		type: "sort_items",
		reference: sortItems,
		async: false,
		operation,
		"~run"(dataset) {
			dataset.value = dataset.value.sort(this.operation);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/startsWith/startsWith.ts
/* @__NO_SIDE_EFFECTS__ */
function startsWith(requirement, message$1) {
	return {
		kind: "validation",
		type: "starts_with",
		reference: startsWith,
		async: false,
		expects: `"${requirement}"`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !dataset.value.startsWith(this.requirement)) _addIssue(this, "start", dataset, config$1, { received: `"${dataset.value.slice(0, this.requirement.length)}"` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/stringifyJson/stringifyJson.ts
/* @__NO_SIDE_EFFECTS__ */
function stringifyJson(config$1, message$1) {
	return {
		kind: "transformation",
		type: "stringify_json",
		reference: stringifyJson,
		message: message$1,
		config: config$1,
		async: false,
		"~run"(dataset, config$2) {
			try {
				const output = JSON.stringify(dataset.value, this.config?.replacer, this.config?.space);
				if (output === void 0) {
					_addIssue(this, "JSON", dataset, config$2);
					dataset.typed = false;
				} else dataset.value = output;
			} catch (error) {
				if (error instanceof Error) {
					_addIssue(this, "JSON", dataset, config$2, { received: `"${error.message}"` });
					dataset.typed = false;
				} else throw error;
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/title/title.ts
/**
* Creates a title metadata action.
*
* @param title_ The title text.
*
* @returns A title action.
*/
/* @__NO_SIDE_EFFECTS__ */
function title(title_) {
	return {
		kind: "metadata",
		type: "title",
		reference: title,
		title: title_
	};
}

//#endregion
//#region src/actions/toBigint/toBigint.ts
/* @__NO_SIDE_EFFECTS__ */
function toBigint(message$1) {
	return {
		kind: "transformation",
		type: "to_bigint",
		reference: toBigint,
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			try {
				dataset.value = BigInt(dataset.value);
			} catch {
				_addIssue(this, "bigint", dataset, config$1);
				dataset.typed = false;
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toBoolean/toBoolean.ts
/**
* Creates a to boolean transformation action.
*
* @returns A to boolean action.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function toBoolean() {
	return {
		kind: "transformation",
		type: "to_boolean",
		reference: toBoolean,
		async: false,
		"~run"(dataset) {
			dataset.value = Boolean(dataset.value);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toCamelCase/toCamelCase.ts
/**
* Creates a to camel case transformation action.
*
* Words are separated by `_`, `-` and ASCII whitespace, as well as by case
* and acronym boundaries.
*
* Hint: Acronym runs are normalized to lowercase (e.g. `parseURLValue` →
* `parseUrlValue`) and digits stay attached to the preceding token (e.g.
* `item2Name` → `item2Name`).
*
* @returns A to camel case action.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function toCamelCase() {
	return {
		kind: "transformation",
		type: "to_camel_case",
		reference: toCamelCase,
		async: false,
		"~run"(dataset) {
			dataset.value = /* @__PURE__ */ _formatCase(dataset.value, "", false, true);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toDate/toDate.ts
/* @__NO_SIDE_EFFECTS__ */
function toDate(message$1) {
	return {
		kind: "transformation",
		type: "to_date",
		reference: toDate,
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			try {
				dataset.value = new Date(dataset.value);
				if (isNaN(dataset.value)) {
					_addIssue(this, "date", dataset, config$1, { received: "\"Invalid Date\"" });
					dataset.typed = false;
				}
			} catch {
				_addIssue(this, "date", dataset, config$1);
				dataset.typed = false;
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toKebabCase/toKebabCase.ts
/**
* Creates a to kebab case transformation action.
*
* Words are separated by `_`, `-` and ASCII whitespace, as well as by case
* and acronym boundaries.
*
* Hint: Acronym runs are normalized to lowercase (e.g. `parseURLValue` →
* `parse-url-value`) and digits stay attached to the preceding token (e.g.
* `item2Name` → `item2-name`).
*
* @returns A to kebab case action.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function toKebabCase() {
	return {
		kind: "transformation",
		type: "to_kebab_case",
		reference: toKebabCase,
		async: false,
		"~run"(dataset) {
			dataset.value = /* @__PURE__ */ _formatCase(dataset.value, "-", false, false);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toLowerCase/toLowerCase.ts
/**
* Creates a to lower case transformation action.
*
* @returns A to lower case action.
*/
/* @__NO_SIDE_EFFECTS__ */
function toLowerCase() {
	return {
		kind: "transformation",
		type: "to_lower_case",
		reference: toLowerCase,
		async: false,
		"~run"(dataset) {
			dataset.value = dataset.value.toLowerCase();
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toMaxValue/toMaxValue.ts
/**
* Creates a to max value transformation action.
*
* @param requirement The maximum value.
*
* @returns A to max value action.
*/
/* @__NO_SIDE_EFFECTS__ */
function toMaxValue(requirement) {
	return {
		kind: "transformation",
		type: "to_max_value",
		reference: toMaxValue,
		async: false,
		requirement,
		"~run"(dataset) {
			dataset.value = dataset.value > this.requirement ? this.requirement : dataset.value;
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toMinValue/toMinValue.ts
/**
* Creates a to min value transformation action.
*
* @param requirement The minimum value.
*
* @returns A to min value action.
*/
/* @__NO_SIDE_EFFECTS__ */
function toMinValue(requirement) {
	return {
		kind: "transformation",
		type: "to_min_value",
		reference: toMinValue,
		async: false,
		requirement,
		"~run"(dataset) {
			dataset.value = dataset.value < this.requirement ? this.requirement : dataset.value;
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toNumber/toNumber.ts
/* @__NO_SIDE_EFFECTS__ */
function toNumber(message$1) {
	return {
		kind: "transformation",
		type: "to_number",
		reference: toNumber,
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			try {
				dataset.value = Number(dataset.value);
				if (isNaN(dataset.value)) {
					_addIssue(this, "number", dataset, config$1);
					dataset.typed = false;
				}
			} catch {
				_addIssue(this, "number", dataset, config$1);
				dataset.typed = false;
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toPascalCase/toPascalCase.ts
/**
* Creates a to pascal case transformation action.
*
* Words are separated by `_`, `-` and ASCII whitespace, as well as by case
* and acronym boundaries.
*
* Hint: Acronym runs are normalized to lowercase (e.g. `parseURLValue` →
* `ParseUrlValue`) and digits stay attached to the preceding token (e.g.
* `item2Name` → `Item2Name`).
*
* @returns A to pascal case action.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function toPascalCase() {
	return {
		kind: "transformation",
		type: "to_pascal_case",
		reference: toPascalCase,
		async: false,
		"~run"(dataset) {
			dataset.value = /* @__PURE__ */ _formatCase(dataset.value, "", true, true);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toSnakeCase/toSnakeCase.ts
/**
* Creates a to snake case transformation action.
*
* Words are separated by `_`, `-` and ASCII whitespace, as well as by case
* and acronym boundaries.
*
* Hint: Acronym runs are normalized to lowercase (e.g. `parseURLValue` →
* `parse_url_value`) and digits stay attached to the preceding token (e.g.
* `item2Name` → `item2_name`).
*
* @returns A to snake case action.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function toSnakeCase() {
	return {
		kind: "transformation",
		type: "to_snake_case",
		reference: toSnakeCase,
		async: false,
		"~run"(dataset) {
			dataset.value = /* @__PURE__ */ _formatCase(dataset.value, "_", false, false);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toString/toString.ts
/* @__NO_SIDE_EFFECTS__ */
function dist_toString(message$1) {
	return {
		kind: "transformation",
		type: "to_string",
		reference: dist_toString,
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			try {
				dataset.value = String(dataset.value);
			} catch {
				_addIssue(this, "string", dataset, config$1);
				dataset.typed = false;
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toUpperCase/toUpperCase.ts
/**
* Creates a to upper case transformation action.
*
* @returns A to upper case action.
*/
/* @__NO_SIDE_EFFECTS__ */
function toUpperCase() {
	return {
		kind: "transformation",
		type: "to_upper_case",
		reference: toUpperCase,
		async: false,
		"~run"(dataset) {
			dataset.value = dataset.value.toUpperCase();
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/transform/transform.ts
/**
* Creates a custom transformation action.
*
* @param operation The transformation operation.
*
* @returns A transform action.
*/
/* @__NO_SIDE_EFFECTS__ */
function transform(operation) {
	return {
		kind: "transformation",
		type: "transform",
		reference: transform,
		async: false,
		operation,
		"~run"(dataset) {
			dataset.value = this.operation(dataset.value);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/transform/transformAsync.ts
/**
* Creates a custom transformation action.
*
* @param operation The transformation operation.
*
* @returns A transform action.
*/
/* @__NO_SIDE_EFFECTS__ */
function transformAsync(operation) {
	return {
		kind: "transformation",
		type: "transform",
		reference: transformAsync,
		async: true,
		operation,
		async "~run"(dataset) {
			dataset.value = await this.operation(dataset.value);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/trim/trim.ts
/**
* Creates a trim transformation action.
*
* @returns A trim action.
*/
/* @__NO_SIDE_EFFECTS__ */
function trim() {
	return {
		kind: "transformation",
		type: "trim",
		reference: trim,
		async: false,
		"~run"(dataset) {
			dataset.value = dataset.value.trim();
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/trimEnd/trimEnd.ts
/**
* Creates a trim end transformation action.
*
* @returns A trim end action.
*/
/* @__NO_SIDE_EFFECTS__ */
function trimEnd() {
	return {
		kind: "transformation",
		type: "trim_end",
		reference: trimEnd,
		async: false,
		"~run"(dataset) {
			dataset.value = dataset.value.trimEnd();
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/trimStart/trimStart.ts
/**
* Creates a trim start transformation action.
*
* @returns A trim start action.
*/
/* @__NO_SIDE_EFFECTS__ */
function trimStart() {
	return {
		kind: "transformation",
		type: "trim_start",
		reference: trimStart,
		async: false,
		"~run"(dataset) {
			dataset.value = dataset.value.trimStart();
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/ulid/ulid.ts
/* @__NO_SIDE_EFFECTS__ */
function ulid(message$1) {
	return {
		kind: "validation",
		type: "ulid",
		reference: ulid,
		async: false,
		expects: null,
		requirement: ULID_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "ULID", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/url/url.ts
/* @__NO_SIDE_EFFECTS__ */
function url(message$1) {
	return {
		kind: "validation",
		type: "url",
		reference: url,
		async: false,
		expects: null,
		requirement(input) {
			try {
				if (URL.canParse) return URL.canParse(input);
				new URL(input);
				return true;
			} catch {
				return false;
			}
		},
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "URL", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/uuid/uuid.ts
/* @__NO_SIDE_EFFECTS__ */
function uuid(message$1) {
	return {
		kind: "validation",
		type: "uuid",
		reference: uuid,
		async: false,
		expects: null,
		requirement: UUID_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "UUID", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/value/value.ts
/* @__NO_SIDE_EFFECTS__ */
function value(requirement, message$1) {
	return {
		kind: "validation",
		type: "value",
		reference: value,
		async: false,
		expects: requirement instanceof Date ? requirement.toJSON() : /* @__PURE__ */ _stringify(requirement),
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !/* @__PURE__ */ _isValueMatch(this.requirement, dataset.value)) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/values/values.ts
/* @__NO_SIDE_EFFECTS__ */
function values(requirement, message$1) {
	return {
		kind: "validation",
		type: "values",
		reference: values,
		async: false,
		expects: `${/* @__PURE__ */ _joinExpects(requirement.map((value$1) => value$1 instanceof Date ? value$1.toJSON() : /* @__PURE__ */ _stringify(value$1)), "|")}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.some((requirement$1) => /* @__PURE__ */ _isValueMatch(requirement$1, dataset.value))) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/words/words.ts
/* @__NO_SIDE_EFFECTS__ */
function words(locales, requirement, message$1) {
	return {
		kind: "validation",
		type: "words",
		reference: words,
		async: false,
		expects: `${requirement}`,
		locales,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getWordCount(this.locales, dataset.value);
				if (count !== this.requirement) _addIssue(this, "words", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/const.ts
const ABORT_EARLY_CONFIG = { abortEarly: true };

//#endregion
//#region src/methods/assert/assert.ts
/**
* Checks if the input matches the schema. As this is an assertion function, it
* can be used as a type guard.
*
* @param schema The schema to be used.
* @param input The input to be tested.
*/
function assert(schema, input) {
	const issues = schema["~run"]({ value: input }, ABORT_EARLY_CONFIG).issues;
	if (issues) throw new ValiError(issues);
}

//#endregion
//#region src/methods/cache/_LruCache.ts
/**
* Efficient LRU cache using Map iteration order.
*/
var _LruCache = class {
	constructor(config$1) {
		this.refCount = 0;
		this.maxSize = config$1?.maxSize ?? 1e3;
		this.maxAge = config$1?.maxAge ?? Infinity;
		this.hasMaxAge = isFinite(this.maxAge);
	}
	/**
	* Stringifies an unknown input to a cache key component.
	*
	* @param input The unknown input.
	*
	* @returns A cache key component.
	*/
	stringify(input) {
		const type = typeof input;
		if (type === "string") return `"${input}"`;
		if (type === "number" || type === "boolean") return `${input}`;
		if (type === "bigint") return `${input}n`;
		if (type === "object" || type === "function") {
			if (input) {
				this.refIds ?? (this.refIds = /* @__PURE__ */ new WeakMap());
				let id = this.refIds.get(input);
				if (!id) {
					id = ++this.refCount;
					this.refIds.set(input, id);
				}
				return `#${id}`;
			}
			return "null";
		}
		return type;
	}
	/**
	* Creates a cache key from input and config.
	*
	* @param input The input value.
	* @param config The parse configuration.
	*
	* @returns The cache key.
	*/
	key(input, config$1 = {}) {
		return `${this.stringify(input)}|${this.stringify(config$1.lang)}|${this.stringify(config$1.message)}|${this.stringify(config$1.abortEarly)}|${this.stringify(config$1.abortPipeEarly)}`;
	}
	/**
	* Gets a value from the cache by key.
	*
	* @param key The cache key.
	*
	* @returns The cached value.
	*/
	get(key) {
		if (!this.store) return void 0;
		const entry = this.store.get(key);
		if (!entry) return void 0;
		if (this.hasMaxAge && Date.now() - entry[1] > this.maxAge) {
			this.store.delete(key);
			return;
		}
		this.store.delete(key);
		this.store.set(key, entry);
		return entry[0];
	}
	/**
	* Sets a value in the cache by key.
	*
	* @param key The cache key.
	* @param value The cached value.
	*/
	set(key, value$1) {
		this.store ?? (this.store = /* @__PURE__ */ new Map());
		this.store.delete(key);
		const timestamp = this.hasMaxAge ? Date.now() : 0;
		this.store.set(key, [value$1, timestamp]);
		if (this.store.size > this.maxSize) this.store.delete(this.store.keys().next().value);
	}
	/**
	* Clears all entries from the cache.
	*/
	clear() {
		this.store?.clear();
	}
};

//#endregion
//#region src/methods/cache/cache.ts
/* @__NO_SIDE_EFFECTS__ */
function cache(schema, config$1) {
	return _standardSchema({
		...schema,
		cacheConfig: config$1,
		cache: new _LruCache(config$1),
		"~run"(dataset, runConfig) {
			const key = this.cache.key(dataset.value, runConfig);
			let outputDataset = this.cache.get(key);
			if (!outputDataset) this.cache.set(key, outputDataset = schema["~run"](dataset, runConfig));
			return /* @__PURE__ */ _cloneDataset(outputDataset);
		}
	});
}

//#endregion
//#region src/methods/cache/cacheAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function cacheAsync(schema, config$1) {
	let activeRuns;
	return _standardSchema({
		...schema,
		async: true,
		cacheConfig: config$1,
		cache: new _LruCache(config$1),
		async "~run"(dataset, runConfig) {
			const key = this.cache.key(dataset.value, runConfig);
			const cached = this.cache.get(key);
			if (cached) return /* @__PURE__ */ _cloneDataset(cached);
			let promise$1 = activeRuns?.get(key);
			if (!promise$1) {
				activeRuns ?? (activeRuns = /* @__PURE__ */ new Map());
				promise$1 = Promise.resolve(schema["~run"](dataset, runConfig));
				activeRuns.set(key, promise$1);
			}
			try {
				const outputDataset = await promise$1;
				this.cache.set(key, outputDataset);
				return /* @__PURE__ */ _cloneDataset(outputDataset);
			} finally {
				activeRuns?.delete(key);
			}
		}
	});
}

//#endregion
//#region src/methods/config/config.ts
/**
* Changes the local configuration of a schema.
*
* @param schema The schema to configure.
* @param config The parse configuration.
*
* @returns The configured schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function config(schema, config$1) {
	return _standardSchema({
		...schema,
		"~run"(dataset, config_) {
			return schema["~run"](dataset, {
				...config_,
				...config$1
			});
		}
	});
}

//#endregion
//#region src/methods/getFallback/getFallback.ts
/**
* Returns the fallback value of the schema.
*
* @param schema The schema to get it from.
* @param dataset The output dataset if available.
* @param config The config if available.
*
* @returns The fallback value.
*/
/* @__NO_SIDE_EFFECTS__ */
function getFallback(schema, dataset, config$1) {
	return typeof schema.fallback === "function" ? schema.fallback(dataset, config$1) : schema.fallback;
}

//#endregion
//#region src/methods/fallback/fallback.ts
/**
* Returns a fallback value as output if the input does not match the schema.
*
* @param schema The schema to catch.
* @param fallback The fallback value.
*
* @returns The passed schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function fallback(schema, fallback$1) {
	return _standardSchema({
		...schema,
		fallback: fallback$1,
		"~run"(dataset, config$1) {
			const outputDataset = schema["~run"](dataset, config$1);
			return outputDataset.issues ? {
				typed: true,
				value: /* @__PURE__ */ getFallback(this, outputDataset, config$1)
			} : outputDataset;
		}
	});
}

//#endregion
//#region src/methods/fallback/fallbackAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function fallbackAsync(schema, fallback$1) {
	return _standardSchema({
		...schema,
		fallback: fallback$1,
		async: true,
		async "~run"(dataset, config$1) {
			const outputDataset = await schema["~run"](dataset, config$1);
			return outputDataset.issues ? {
				typed: true,
				value: await /* @__PURE__ */ getFallback(this, outputDataset, config$1)
			} : outputDataset;
		}
	});
}

//#endregion
//#region src/methods/flatten/flatten.ts
/* @__NO_SIDE_EFFECTS__ */
function flatten(issues) {
	const flatErrors = {};
	for (const issue of issues) if (issue.path) {
		const dotPath = /* @__PURE__ */ getDotPath(issue);
		if (dotPath) {
			if (!flatErrors.nested) flatErrors.nested = {};
			if (Object.prototype.hasOwnProperty.call(flatErrors.nested, dotPath)) flatErrors.nested[dotPath].push(issue.message);
			else flatErrors.nested[dotPath] = [issue.message];
		} else if (flatErrors.other) flatErrors.other.push(issue.message);
		else flatErrors.other = [issue.message];
	} else if (flatErrors.root) flatErrors.root.push(issue.message);
	else flatErrors.root = [issue.message];
	return flatErrors;
}

//#endregion
//#region src/methods/forward/forward.ts
/**
* Forwards the issues of the passed validation action.
*
* @param action The validation action.
* @param path The path to forward the issues to.
*
* @returns The modified action.
*/
/* @__NO_SIDE_EFFECTS__ */
function forward(action, path) {
	return {
		...action,
		"~run"(dataset, config$1) {
			const prevIssues = dataset.issues && [...dataset.issues];
			dataset = action["~run"](dataset, config$1);
			if (dataset.issues) {
				for (const issue of dataset.issues) if (!prevIssues?.includes(issue)) {
					let pathInput = dataset.value;
					for (const key of path) {
						const pathValue = pathInput[key];
						const pathItem = {
							type: "unknown",
							origin: "value",
							input: pathInput,
							key,
							value: pathValue
						};
						if (issue.path) issue.path.push(pathItem);
						else issue.path = [pathItem];
						if (!pathValue) break;
						pathInput = pathValue;
					}
				}
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/methods/forward/forwardAsync.ts
/**
* Forwards the issues of the passed validation action.
*
* @param action The validation action.
* @param path The path to forward the issues to.
*
* @returns The modified action.
*/
/* @__NO_SIDE_EFFECTS__ */
function forwardAsync(action, path) {
	return {
		...action,
		async: true,
		async "~run"(dataset, config$1) {
			const prevIssues = dataset.issues && [...dataset.issues];
			dataset = await action["~run"](dataset, config$1);
			if (dataset.issues) {
				for (const issue of dataset.issues) if (!prevIssues?.includes(issue)) {
					let pathInput = dataset.value;
					for (const key of path) {
						const pathValue = pathInput[key];
						const pathItem = {
							type: "unknown",
							origin: "value",
							input: pathInput,
							key,
							value: pathValue
						};
						if (issue.path) issue.path.push(pathItem);
						else issue.path = [pathItem];
						if (!pathValue) break;
						pathInput = pathValue;
					}
				}
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/methods/getDefault/getDefault.ts
/**
* Returns the default value of the schema.
*
* @param schema The schema to get it from.
* @param dataset The input dataset if available.
* @param config The config if available.
*
* @returns The default value.
*/
/* @__NO_SIDE_EFFECTS__ */
function getDefault(schema, dataset, config$1) {
	return typeof schema.default === "function" ? schema.default(dataset, config$1) : schema.default;
}

//#endregion
//#region src/methods/getDefaults/getDefaults.ts
/**
* Returns the default values of the schema.
*
* Hint: The difference to `getDefault` is that for object and tuple schemas
* this function recursively returns the default values of the subschemas
* instead of `undefined`.
*
* @param schema The schema to get them from.
*
* @returns The default values.
*/
/* @__NO_SIDE_EFFECTS__ */
function getDefaults(schema) {
	if ("entries" in schema) {
		const object$1 = {};
		for (const key in schema.entries) object$1[key] = /* @__PURE__ */ getDefaults(schema.entries[key]);
		return object$1;
	}
	if ("items" in schema) return schema.items.map(getDefaults);
	return /* @__PURE__ */ getDefault(schema);
}

//#endregion
//#region src/methods/getDefaults/getDefaultsAsync.ts
/**
* Returns the default values of the schema.
*
* Hint: The difference to `getDefault` is that for object and tuple schemas
* this function recursively returns the default values of the subschemas
* instead of `undefined`.
*
* @param schema The schema to get them from.
*
* @returns The default values.
*/
/* @__NO_SIDE_EFFECTS__ */
async function getDefaultsAsync(schema) {
	if ("entries" in schema) return Object.fromEntries(await Promise.all(Object.entries(schema.entries).map(async ([key, value$1]) => [key, await /* @__PURE__ */ getDefaultsAsync(value$1)])));
	if ("items" in schema) return Promise.all(schema.items.map(getDefaultsAsync));
	return /* @__PURE__ */ getDefault(schema);
}

//#endregion
//#region src/methods/getDescription/getDescription.ts
/**
* Returns the description of the schema.
*
* If multiple descriptions are defined, the last one of the highest level is
* returned. If no description is defined, `undefined` is returned.
*
* @param schema The schema to get the description from.
*
* @returns The description, if any.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function getDescription(schema) {
	return /* @__PURE__ */ _getLastMetadata(schema, "description");
}

//#endregion
//#region src/methods/getExamples/getExamples.ts
/**
* Returns the examples of a schema.
*
* If multiple examples are defined, it concatenates them using depth-first
* search. If no examples are defined, an empty array is returned.
*
* @param schema The schema to get the examples from.
*
* @returns The examples, if any.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function getExamples(schema) {
	const examples$1 = [];
	function depthFirstCollect(schema$1) {
		if ("pipe" in schema$1) {
			for (const item of schema$1.pipe) if (item.kind === "schema" && "pipe" in item) depthFirstCollect(item);
			else if (item.kind === "metadata" && item.type === "examples") for (const example of item.examples) examples$1.push(example);
		}
	}
	depthFirstCollect(schema);
	return examples$1;
}

//#endregion
//#region src/methods/getFallbacks/getFallbacks.ts
/**
* Returns the fallback values of the schema.
*
* Hint: The difference to `getFallback` is that for object and tuple schemas
* this function recursively returns the fallback values of the subschemas
* instead of `undefined`.
*
* @param schema The schema to get them from.
*
* @returns The fallback values.
*/
/* @__NO_SIDE_EFFECTS__ */
function getFallbacks(schema) {
	if ("entries" in schema) {
		const object$1 = {};
		for (const key in schema.entries) object$1[key] = /* @__PURE__ */ getFallbacks(schema.entries[key]);
		return object$1;
	}
	if ("items" in schema) return schema.items.map(getFallbacks);
	return /* @__PURE__ */ getFallback(schema);
}

//#endregion
//#region src/methods/getFallbacks/getFallbacksAsync.ts
/**
* Returns the fallback values of the schema.
*
* Hint: The difference to `getFallback` is that for object and tuple schemas
* this function recursively returns the fallback values of the subschemas
* instead of `undefined`.
*
* @param schema The schema to get them from.
*
* @returns The fallback values.
*/
/* @__NO_SIDE_EFFECTS__ */
async function getFallbacksAsync(schema) {
	if ("entries" in schema) return Object.fromEntries(await Promise.all(Object.entries(schema.entries).map(async ([key, value$1]) => [key, await /* @__PURE__ */ getFallbacksAsync(value$1)])));
	if ("items" in schema) return Promise.all(schema.items.map(getFallbacksAsync));
	return /* @__PURE__ */ getFallback(schema);
}

//#endregion
//#region src/methods/getMetadata/getMetadata.ts
/**
* Returns the metadata of a schema.
*
* If multiple metadata are defined, it shallowly merges them using depth-first
* search. If no metadata is defined, an empty object is returned.
*
* @param schema Schema to get the metadata from.
*
* @returns The metadata, if any.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function getMetadata(schema) {
	const result = {};
	function depthFirstMerge(schema$1) {
		if ("pipe" in schema$1) {
			for (const item of schema$1.pipe) if (item.kind === "schema" && "pipe" in item) depthFirstMerge(item);
			else if (item.kind === "metadata" && item.type === "metadata") Object.assign(result, item.metadata);
		}
	}
	depthFirstMerge(schema);
	return result;
}

//#endregion
//#region src/methods/getTitle/getTitle.ts
/**
* Returns the title of the schema.
*
* If multiple titles are defined, the last one of the highest level is
* returned. If no title is defined, `undefined` is returned.
*
* @param schema The schema to get the title from.
*
* @returns The title, if any.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function getTitle(schema) {
	return /* @__PURE__ */ _getLastMetadata(schema, "title");
}

//#endregion
//#region src/methods/is/is.ts
/**
* Checks if the input matches the schema. By using a type predicate, this
* function can be used as a type guard.
*
* @param schema The schema to be used.
* @param input The input to be tested.
*
* @returns Whether the input matches the schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function is(schema, input) {
	return !schema["~run"]({ value: input }, ABORT_EARLY_CONFIG).issues;
}

//#endregion
//#region src/schemas/any/any.ts
/**
* Creates an any schema.
*
* Hint: This schema function exists only for completeness and is not
* recommended in practice. Instead, `unknown` should be used to accept
* unknown data.
*
* @returns An any schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function any() {
	return _standardSchema({
		kind: "schema",
		type: "any",
		reference: any,
		expects: "any",
		async: false,
		"~run"(dataset) {
			dataset.typed = true;
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/array/array.ts
/* @__NO_SIDE_EFFECTS__ */
function array(item, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "array",
		reference: array,
		expects: "Array",
		async: false,
		item,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				for (let key = 0; key < input.length; key++) {
					const value$1 = input[key];
					const itemDataset = this.item["~run"]({ value: value$1 }, config$1);
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/array/arrayAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function arrayAsync(item, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "array",
		reference: arrayAsync,
		expects: "Array",
		async: true,
		item,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				const itemDatasets = await Promise.all(input.map((value$1) => this.item["~run"]({ value: value$1 }, config$1)));
				for (let key = 0; key < itemDatasets.length; key++) {
					const itemDataset = itemDatasets[key];
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: input[key]
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/bigint/bigint.ts
/* @__NO_SIDE_EFFECTS__ */
function bigint(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "bigint",
		reference: bigint,
		expects: "bigint",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (typeof dataset.value === "bigint") dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/blob/blob.ts
/* @__NO_SIDE_EFFECTS__ */
function blob(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "blob",
		reference: blob,
		expects: "Blob",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value instanceof Blob) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/boolean/boolean.ts
/* @__NO_SIDE_EFFECTS__ */
function dist_boolean(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "boolean",
		reference: dist_boolean,
		expects: "boolean",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (typeof dataset.value === "boolean") dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/custom/custom.ts
/* @__NO_SIDE_EFFECTS__ */
function custom(check$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "custom",
		reference: custom,
		expects: "unknown",
		async: false,
		check: check$1,
		message: message$1,
		"~run"(dataset, config$1) {
			if (this.check(dataset.value)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/custom/customAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function customAsync(check$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "custom",
		reference: customAsync,
		expects: "unknown",
		async: true,
		check: check$1,
		message: message$1,
		async "~run"(dataset, config$1) {
			if (await this.check(dataset.value)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/date/date.ts
/* @__NO_SIDE_EFFECTS__ */
function date(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "date",
		reference: date,
		expects: "Date",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value instanceof Date) if (!isNaN(dataset.value)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1, { received: "\"Invalid Date\"" });
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/enum/enum.ts
/* @__NO_SIDE_EFFECTS__ */
function enum_(enum__, message$1) {
	const options = [];
	for (const key in enum__) if (`${+key}` !== key || typeof enum__[key] !== "string" || !Object.is(enum__[enum__[key]], +key)) options.push(enum__[key]);
	return _standardSchema({
		kind: "schema",
		type: "enum",
		reference: enum_,
		expects: /* @__PURE__ */ _joinExpects(options.map(_stringify), "|"),
		async: false,
		enum: enum__,
		options,
		message: message$1,
		"~run"(dataset, config$1) {
			if (this.options.includes(dataset.value)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/exactOptional/exactOptional.ts
/* @__NO_SIDE_EFFECTS__ */
function exactOptional(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "exact_optional",
		reference: exactOptional,
		expects: wrapped.expects,
		async: false,
		wrapped,
		default: default_,
		"~run"(dataset, config$1) {
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/exactOptional/exactOptionalAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function exactOptionalAsync(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "exact_optional",
		reference: exactOptionalAsync,
		expects: wrapped.expects,
		async: true,
		wrapped,
		default: default_,
		async "~run"(dataset, config$1) {
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/file/file.ts
/* @__NO_SIDE_EFFECTS__ */
function file(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "file",
		reference: file,
		expects: "File",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value instanceof File) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/function/function.ts
/* @__NO_SIDE_EFFECTS__ */
function function_(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "function",
		reference: function_,
		expects: "Function",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (typeof dataset.value === "function") dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/instance/instance.ts
/* @__NO_SIDE_EFFECTS__ */
function instance(class_, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "instance",
		reference: instance,
		expects: class_.name,
		async: false,
		class: class_,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value instanceof this.class) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/intersect/utils/_merge/_merge.ts
/**
* Merges two values into one single output.
*
* @param value1 First value.
* @param value2 Second value.
*
* @returns The merge dataset.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _merge(value1, value2) {
	if (typeof value1 === typeof value2) {
		if (/* @__PURE__ */ _isSameValueZero(value1, value2) || value1 instanceof Date && value2 instanceof Date && /* @__PURE__ */ _isSameValueZero(+value1, +value2)) return { value: value1 };
		if (value1 && value2 && value1.constructor === Object && value2.constructor === Object) {
			const nextValue = {
				...value1,
				...value2
			};
			for (const key in value2) if (Object.prototype.hasOwnProperty.call(value1, key) && Object.prototype.hasOwnProperty.call(value2, key)) {
				const dataset = /* @__PURE__ */ _merge(value1[key], value2[key]);
				if (dataset.issue) return dataset;
				nextValue[key] = dataset.value;
			}
			return { value: nextValue };
		}
		if (Array.isArray(value1) && Array.isArray(value2)) {
			if (value1.length === value2.length) {
				const nextValue = [...value1];
				for (let index = 0; index < value1.length; index++) {
					const dataset = /* @__PURE__ */ _merge(value1[index], value2[index]);
					if (dataset.issue) return dataset;
					nextValue[index] = dataset.value;
				}
				return { value: nextValue };
			}
		}
	}
	return { issue: true };
}

//#endregion
//#region src/schemas/intersect/intersect.ts
/* @__NO_SIDE_EFFECTS__ */
function intersect(options, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "intersect",
		reference: intersect,
		expects: /* @__PURE__ */ _joinExpects(options.map((option) => option.expects), "&"),
		async: false,
		options,
		message: message$1,
		"~run"(dataset, config$1) {
			if (this.options.length) {
				const input = dataset.value;
				let outputs;
				dataset.typed = true;
				for (const schema of this.options) {
					const optionDataset = schema["~run"]({ value: input }, config$1);
					if (optionDataset.issues) {
						if (dataset.issues) for (const issue of optionDataset.issues) dataset.issues.push(issue);
						else dataset.issues = optionDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!optionDataset.typed) dataset.typed = false;
					if (dataset.typed) if (outputs) outputs.push(optionDataset.value);
					else outputs = [optionDataset.value];
				}
				if (dataset.typed) {
					dataset.value = outputs[0];
					for (let index = 1; index < outputs.length; index++) {
						const mergeDataset = /* @__PURE__ */ _merge(dataset.value, outputs[index]);
						if (mergeDataset.issue) {
							_addIssue(this, "type", dataset, config$1, { received: "unknown" });
							break;
						}
						dataset.value = mergeDataset.value;
					}
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/intersect/intersectAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function intersectAsync(options, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "intersect",
		reference: intersectAsync,
		expects: /* @__PURE__ */ _joinExpects(options.map((option) => option.expects), "&"),
		async: true,
		options,
		message: message$1,
		async "~run"(dataset, config$1) {
			if (this.options.length) {
				const input = dataset.value;
				let outputs;
				dataset.typed = true;
				const optionDatasets = await Promise.all(this.options.map((schema) => schema["~run"]({ value: input }, config$1)));
				for (const optionDataset of optionDatasets) {
					if (optionDataset.issues) {
						if (dataset.issues) for (const issue of optionDataset.issues) dataset.issues.push(issue);
						else dataset.issues = optionDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!optionDataset.typed) dataset.typed = false;
					if (dataset.typed) if (outputs) outputs.push(optionDataset.value);
					else outputs = [optionDataset.value];
				}
				if (dataset.typed) {
					dataset.value = outputs[0];
					for (let index = 1; index < outputs.length; index++) {
						const mergeDataset = /* @__PURE__ */ _merge(dataset.value, outputs[index]);
						if (mergeDataset.issue) {
							_addIssue(this, "type", dataset, config$1, { received: "unknown" });
							break;
						}
						dataset.value = mergeDataset.value;
					}
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/lazy/lazy.ts
/**
* Creates a lazy schema.
*
* @param getter The schema getter.
*
* @returns A lazy schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function lazy(getter) {
	return _standardSchema({
		kind: "schema",
		type: "lazy",
		reference: lazy,
		expects: "unknown",
		async: false,
		getter,
		"~run"(dataset, config$1) {
			return this.getter(dataset.value)["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/lazy/lazyAsync.ts
/**
* Creates a lazy schema.
*
* @param getter The schema getter.
*
* @returns A lazy schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function lazyAsync(getter) {
	return _standardSchema({
		kind: "schema",
		type: "lazy",
		reference: lazyAsync,
		expects: "unknown",
		async: true,
		getter,
		async "~run"(dataset, config$1) {
			return (await this.getter(dataset.value))["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/literal/literal.ts
/* @__NO_SIDE_EFFECTS__ */
function literal(literal_, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "literal",
		reference: literal,
		expects: /* @__PURE__ */ _stringify(literal_),
		async: false,
		literal: literal_,
		message: message$1,
		"~run"(dataset, config$1) {
			if (/* @__PURE__ */ _isSameValueZero(dataset.value, this.literal)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/looseObject/looseObject.ts
/* @__NO_SIDE_EFFECTS__ */
function looseObject(entries$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "loose_object",
		reference: looseObject,
		expects: "Object",
		async: false,
		entries: entries$1,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				for (const key in this.entries) {
					const valueSchema = this.entries[key];
					if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
						const value$1 = key in input ? input[key] : /* @__PURE__ */ getDefault(valueSchema);
						const valueDataset = valueSchema["~run"]({ value: value$1 }, config$1);
						if (valueDataset.issues) {
							const pathItem = {
								type: "object",
								origin: "value",
								input,
								key,
								value: value$1
							};
							for (const issue of valueDataset.issues) {
								if (issue.path) issue.path.unshift(pathItem);
								else issue.path = [pathItem];
								dataset.issues?.push(issue);
							}
							if (!dataset.issues) dataset.issues = valueDataset.issues;
							if (config$1.abortEarly) {
								dataset.typed = false;
								break;
							}
						}
						if (!valueDataset.typed) dataset.typed = false;
						dataset.value[key] = valueDataset.value;
					} else if (valueSchema.fallback !== void 0) dataset.value[key] = /* @__PURE__ */ getFallback(valueSchema);
					else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
						_addIssue(this, "key", dataset, config$1, {
							input: void 0,
							expected: `"${key}"`,
							path: [{
								type: "object",
								origin: "key",
								input,
								key,
								value: input[key]
							}]
						});
						if (config$1.abortEarly) break;
					}
				}
				if (!dataset.issues || !config$1.abortEarly) {
					for (const key in input) if (/* @__PURE__ */ _isValidObjectKey(input, key) && !Object.prototype.hasOwnProperty.call(this.entries, key)) dataset.value[key] = input[key];
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/looseObject/looseObjectAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function looseObjectAsync(entries$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "loose_object",
		reference: looseObjectAsync,
		expects: "Object",
		async: true,
		entries: entries$1,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				const valueDatasets = await Promise.all(Object.entries(this.entries).map(async ([key, valueSchema]) => {
					if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
						const value$1 = key in input ? input[key] : await /* @__PURE__ */ getDefault(valueSchema);
						return [
							key,
							value$1,
							valueSchema,
							await valueSchema["~run"]({ value: value$1 }, config$1)
						];
					}
					return [
						key,
						input[key],
						valueSchema,
						null
					];
				}));
				for (const [key, value$1, valueSchema, valueDataset] of valueDatasets) if (valueDataset) {
					if (valueDataset.issues) {
						const pathItem = {
							type: "object",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of valueDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = valueDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!valueDataset.typed) dataset.typed = false;
					dataset.value[key] = valueDataset.value;
				} else if (valueSchema.fallback !== void 0) dataset.value[key] = await /* @__PURE__ */ getFallback(valueSchema);
				else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
					_addIssue(this, "key", dataset, config$1, {
						input: void 0,
						expected: `"${key}"`,
						path: [{
							type: "object",
							origin: "key",
							input,
							key,
							value: value$1
						}]
					});
					if (config$1.abortEarly) break;
				}
				if (!dataset.issues || !config$1.abortEarly) {
					for (const key in input) if (/* @__PURE__ */ _isValidObjectKey(input, key) && !Object.prototype.hasOwnProperty.call(this.entries, key)) dataset.value[key] = input[key];
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/looseTuple/looseTuple.ts
/* @__NO_SIDE_EFFECTS__ */
function looseTuple(items, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "loose_tuple",
		reference: looseTuple,
		expects: "Array",
		async: false,
		items,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				for (let key = 0; key < this.items.length; key++) {
					const value$1 = input[key];
					const itemDataset = this.items[key]["~run"]({ value: value$1 }, config$1);
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
				if (!dataset.issues || !config$1.abortEarly) for (let key = this.items.length; key < input.length; key++) dataset.value.push(input[key]);
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/looseTuple/looseTupleAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function looseTupleAsync(items, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "loose_tuple",
		reference: looseTupleAsync,
		expects: "Array",
		async: true,
		items,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				const itemDatasets = await Promise.all(this.items.map(async (item, key) => {
					const value$1 = input[key];
					return [
						key,
						value$1,
						await item["~run"]({ value: value$1 }, config$1)
					];
				}));
				for (const [key, value$1, itemDataset] of itemDatasets) {
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
				if (!dataset.issues || !config$1.abortEarly) for (let key = this.items.length; key < input.length; key++) dataset.value.push(input[key]);
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/map/map.ts
/* @__NO_SIDE_EFFECTS__ */
function map(key, value$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "map",
		reference: map,
		expects: "Map",
		async: false,
		key,
		value: value$1,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (input instanceof Map) {
				dataset.typed = true;
				dataset.value = /* @__PURE__ */ new Map();
				for (const [inputKey, inputValue] of input) {
					const keyDataset = this.key["~run"]({ value: inputKey }, config$1);
					if (keyDataset.issues) {
						const pathItem = {
							type: "map",
							origin: "key",
							input,
							key: inputKey,
							value: inputValue
						};
						for (const issue of keyDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = keyDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					const valueDataset = this.value["~run"]({ value: inputValue }, config$1);
					if (valueDataset.issues) {
						const pathItem = {
							type: "map",
							origin: "value",
							input,
							key: inputKey,
							value: inputValue
						};
						for (const issue of valueDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = valueDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!keyDataset.typed || !valueDataset.typed) dataset.typed = false;
					dataset.value.set(keyDataset.value, valueDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/map/mapAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function mapAsync(key, value$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "map",
		reference: mapAsync,
		expects: "Map",
		async: true,
		key,
		value: value$1,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (input instanceof Map) {
				dataset.typed = true;
				dataset.value = /* @__PURE__ */ new Map();
				const datasets = await Promise.all([...input].map(([inputKey, inputValue]) => Promise.all([
					inputKey,
					inputValue,
					this.key["~run"]({ value: inputKey }, config$1),
					this.value["~run"]({ value: inputValue }, config$1)
				])));
				for (const [inputKey, inputValue, keyDataset, valueDataset] of datasets) {
					if (keyDataset.issues) {
						const pathItem = {
							type: "map",
							origin: "key",
							input,
							key: inputKey,
							value: inputValue
						};
						for (const issue of keyDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = keyDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (valueDataset.issues) {
						const pathItem = {
							type: "map",
							origin: "value",
							input,
							key: inputKey,
							value: inputValue
						};
						for (const issue of valueDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = valueDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!keyDataset.typed || !valueDataset.typed) dataset.typed = false;
					dataset.value.set(keyDataset.value, valueDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/nan/nan.ts
/* @__NO_SIDE_EFFECTS__ */
function nan(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "nan",
		reference: nan,
		expects: "NaN",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (Number.isNaN(dataset.value)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/never/never.ts
/* @__NO_SIDE_EFFECTS__ */
function never(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "never",
		reference: never,
		expects: "never",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			_addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/nonNullable/nonNullable.ts
/* @__NO_SIDE_EFFECTS__ */
function nonNullable(wrapped, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "non_nullable",
		reference: nonNullable,
		expects: "!null",
		async: false,
		wrapped,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value !== null) dataset = this.wrapped["~run"](dataset, config$1);
			if (dataset.value === null) _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/nonNullable/nonNullableAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function nonNullableAsync(wrapped, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "non_nullable",
		reference: nonNullableAsync,
		expects: "!null",
		async: true,
		wrapped,
		message: message$1,
		async "~run"(dataset, config$1) {
			if (dataset.value !== null) dataset = await this.wrapped["~run"](dataset, config$1);
			if (dataset.value === null) _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/nonNullish/nonNullish.ts
/* @__NO_SIDE_EFFECTS__ */
function nonNullish(wrapped, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "non_nullish",
		reference: nonNullish,
		expects: "(!null & !undefined)",
		async: false,
		wrapped,
		message: message$1,
		"~run"(dataset, config$1) {
			if (!(dataset.value === null || dataset.value === void 0)) dataset = this.wrapped["~run"](dataset, config$1);
			if (dataset.value === null || dataset.value === void 0) _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/nonNullish/nonNullishAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function nonNullishAsync(wrapped, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "non_nullish",
		reference: nonNullishAsync,
		expects: "(!null & !undefined)",
		async: true,
		wrapped,
		message: message$1,
		async "~run"(dataset, config$1) {
			if (!(dataset.value === null || dataset.value === void 0)) dataset = await this.wrapped["~run"](dataset, config$1);
			if (dataset.value === null || dataset.value === void 0) _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/nonOptional/nonOptional.ts
/* @__NO_SIDE_EFFECTS__ */
function nonOptional(wrapped, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "non_optional",
		reference: nonOptional,
		expects: "!undefined",
		async: false,
		wrapped,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value !== void 0) dataset = this.wrapped["~run"](dataset, config$1);
			if (dataset.value === void 0) _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/nonOptional/nonOptionalAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function nonOptionalAsync(wrapped, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "non_optional",
		reference: nonOptionalAsync,
		expects: "!undefined",
		async: true,
		wrapped,
		message: message$1,
		async "~run"(dataset, config$1) {
			if (dataset.value !== void 0) dataset = await this.wrapped["~run"](dataset, config$1);
			if (dataset.value === void 0) _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/null/null.ts
/* @__NO_SIDE_EFFECTS__ */
function null_(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "null",
		reference: null_,
		expects: "null",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value === null) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/nullable/nullable.ts
/* @__NO_SIDE_EFFECTS__ */
function nullable(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "nullable",
		reference: nullable,
		expects: `(${wrapped.expects} | null)`,
		async: false,
		wrapped,
		default: default_,
		"~run"(dataset, config$1) {
			if (dataset.value === null) {
				if (this.default !== void 0) dataset.value = /* @__PURE__ */ getDefault(this, dataset, config$1);
				if (dataset.value === null) {
					dataset.typed = true;
					return dataset;
				}
			}
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/nullable/nullableAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function nullableAsync(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "nullable",
		reference: nullableAsync,
		expects: `(${wrapped.expects} | null)`,
		async: true,
		wrapped,
		default: default_,
		async "~run"(dataset, config$1) {
			if (dataset.value === null) {
				if (this.default !== void 0) dataset.value = await /* @__PURE__ */ getDefault(this, dataset, config$1);
				if (dataset.value === null) {
					dataset.typed = true;
					return dataset;
				}
			}
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/nullish/nullish.ts
/* @__NO_SIDE_EFFECTS__ */
function nullish(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "nullish",
		reference: nullish,
		expects: `(${wrapped.expects} | null | undefined)`,
		async: false,
		wrapped,
		default: default_,
		"~run"(dataset, config$1) {
			if (dataset.value === null || dataset.value === void 0) {
				if (this.default !== void 0) dataset.value = /* @__PURE__ */ getDefault(this, dataset, config$1);
				if (dataset.value === null || dataset.value === void 0) {
					dataset.typed = true;
					return dataset;
				}
			}
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/nullish/nullishAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function nullishAsync(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "nullish",
		reference: nullishAsync,
		expects: `(${wrapped.expects} | null | undefined)`,
		async: true,
		wrapped,
		default: default_,
		async "~run"(dataset, config$1) {
			if (dataset.value === null || dataset.value === void 0) {
				if (this.default !== void 0) dataset.value = await /* @__PURE__ */ getDefault(this, dataset, config$1);
				if (dataset.value === null || dataset.value === void 0) {
					dataset.typed = true;
					return dataset;
				}
			}
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/number/number.ts
/* @__NO_SIDE_EFFECTS__ */
function number(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "number",
		reference: number,
		expects: "number",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (typeof dataset.value === "number" && !isNaN(dataset.value)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/object/object.ts
/* @__NO_SIDE_EFFECTS__ */
function object(entries$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "object",
		reference: object,
		expects: "Object",
		async: false,
		entries: entries$1,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				for (const key in this.entries) {
					const valueSchema = this.entries[key];
					if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
						const value$1 = key in input ? input[key] : /* @__PURE__ */ getDefault(valueSchema);
						const valueDataset = valueSchema["~run"]({ value: value$1 }, config$1);
						if (valueDataset.issues) {
							const pathItem = {
								type: "object",
								origin: "value",
								input,
								key,
								value: value$1
							};
							for (const issue of valueDataset.issues) {
								if (issue.path) issue.path.unshift(pathItem);
								else issue.path = [pathItem];
								dataset.issues?.push(issue);
							}
							if (!dataset.issues) dataset.issues = valueDataset.issues;
							if (config$1.abortEarly) {
								dataset.typed = false;
								break;
							}
						}
						if (!valueDataset.typed) dataset.typed = false;
						dataset.value[key] = valueDataset.value;
					} else if (valueSchema.fallback !== void 0) dataset.value[key] = /* @__PURE__ */ getFallback(valueSchema);
					else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
						_addIssue(this, "key", dataset, config$1, {
							input: void 0,
							expected: `"${key}"`,
							path: [{
								type: "object",
								origin: "key",
								input,
								key,
								value: input[key]
							}]
						});
						if (config$1.abortEarly) break;
					}
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/object/objectAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function objectAsync(entries$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "object",
		reference: objectAsync,
		expects: "Object",
		async: true,
		entries: entries$1,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				const valueDatasets = await Promise.all(Object.entries(this.entries).map(async ([key, valueSchema]) => {
					if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
						const value$1 = key in input ? input[key] : await /* @__PURE__ */ getDefault(valueSchema);
						return [
							key,
							value$1,
							valueSchema,
							await valueSchema["~run"]({ value: value$1 }, config$1)
						];
					}
					return [
						key,
						input[key],
						valueSchema,
						null
					];
				}));
				for (const [key, value$1, valueSchema, valueDataset] of valueDatasets) if (valueDataset) {
					if (valueDataset.issues) {
						const pathItem = {
							type: "object",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of valueDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = valueDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!valueDataset.typed) dataset.typed = false;
					dataset.value[key] = valueDataset.value;
				} else if (valueSchema.fallback !== void 0) dataset.value[key] = await /* @__PURE__ */ getFallback(valueSchema);
				else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
					_addIssue(this, "key", dataset, config$1, {
						input: void 0,
						expected: `"${key}"`,
						path: [{
							type: "object",
							origin: "key",
							input,
							key,
							value: value$1
						}]
					});
					if (config$1.abortEarly) break;
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/objectWithRest/objectWithRest.ts
/* @__NO_SIDE_EFFECTS__ */
function objectWithRest(entries$1, rest, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "object_with_rest",
		reference: objectWithRest,
		expects: "Object",
		async: false,
		entries: entries$1,
		rest,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				for (const key in this.entries) {
					const valueSchema = this.entries[key];
					if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
						const value$1 = key in input ? input[key] : /* @__PURE__ */ getDefault(valueSchema);
						const valueDataset = valueSchema["~run"]({ value: value$1 }, config$1);
						if (valueDataset.issues) {
							const pathItem = {
								type: "object",
								origin: "value",
								input,
								key,
								value: value$1
							};
							for (const issue of valueDataset.issues) {
								if (issue.path) issue.path.unshift(pathItem);
								else issue.path = [pathItem];
								dataset.issues?.push(issue);
							}
							if (!dataset.issues) dataset.issues = valueDataset.issues;
							if (config$1.abortEarly) {
								dataset.typed = false;
								break;
							}
						}
						if (!valueDataset.typed) dataset.typed = false;
						dataset.value[key] = valueDataset.value;
					} else if (valueSchema.fallback !== void 0) dataset.value[key] = /* @__PURE__ */ getFallback(valueSchema);
					else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
						_addIssue(this, "key", dataset, config$1, {
							input: void 0,
							expected: `"${key}"`,
							path: [{
								type: "object",
								origin: "key",
								input,
								key,
								value: input[key]
							}]
						});
						if (config$1.abortEarly) break;
					}
				}
				if (!dataset.issues || !config$1.abortEarly) {
					for (const key in input) if (/* @__PURE__ */ _isValidObjectKey(input, key) && !Object.prototype.hasOwnProperty.call(this.entries, key)) {
						const valueDataset = this.rest["~run"]({ value: input[key] }, config$1);
						if (valueDataset.issues) {
							const pathItem = {
								type: "object",
								origin: "value",
								input,
								key,
								value: input[key]
							};
							for (const issue of valueDataset.issues) {
								if (issue.path) issue.path.unshift(pathItem);
								else issue.path = [pathItem];
								dataset.issues?.push(issue);
							}
							if (!dataset.issues) dataset.issues = valueDataset.issues;
							if (config$1.abortEarly) {
								dataset.typed = false;
								break;
							}
						}
						if (!valueDataset.typed) dataset.typed = false;
						dataset.value[key] = valueDataset.value;
					}
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/objectWithRest/objectWithRestAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function objectWithRestAsync(entries$1, rest, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "object_with_rest",
		reference: objectWithRestAsync,
		expects: "Object",
		async: true,
		entries: entries$1,
		rest,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				const [normalDatasets, restDatasets] = await Promise.all([Promise.all(Object.entries(this.entries).map(async ([key, valueSchema]) => {
					if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
						const value$1 = key in input ? input[key] : await /* @__PURE__ */ getDefault(valueSchema);
						return [
							key,
							value$1,
							valueSchema,
							await valueSchema["~run"]({ value: value$1 }, config$1)
						];
					}
					return [
						key,
						input[key],
						valueSchema,
						null
					];
				})), Promise.all(Object.entries(input).filter(([key]) => /* @__PURE__ */ _isValidObjectKey(input, key) && !Object.prototype.hasOwnProperty.call(this.entries, key)).map(async ([key, value$1]) => [
					key,
					value$1,
					await this.rest["~run"]({ value: value$1 }, config$1)
				]))]);
				for (const [key, value$1, valueSchema, valueDataset] of normalDatasets) if (valueDataset) {
					if (valueDataset.issues) {
						const pathItem = {
							type: "object",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of valueDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = valueDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!valueDataset.typed) dataset.typed = false;
					dataset.value[key] = valueDataset.value;
				} else if (valueSchema.fallback !== void 0) dataset.value[key] = await /* @__PURE__ */ getFallback(valueSchema);
				else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
					_addIssue(this, "key", dataset, config$1, {
						input: void 0,
						expected: `"${key}"`,
						path: [{
							type: "object",
							origin: "key",
							input,
							key,
							value: value$1
						}]
					});
					if (config$1.abortEarly) break;
				}
				if (!dataset.issues || !config$1.abortEarly) for (const [key, value$1, valueDataset] of restDatasets) {
					if (valueDataset.issues) {
						const pathItem = {
							type: "object",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of valueDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = valueDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!valueDataset.typed) dataset.typed = false;
					dataset.value[key] = valueDataset.value;
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/optional/optional.ts
/* @__NO_SIDE_EFFECTS__ */
function optional(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "optional",
		reference: optional,
		expects: `(${wrapped.expects} | undefined)`,
		async: false,
		wrapped,
		default: default_,
		"~run"(dataset, config$1) {
			if (dataset.value === void 0) {
				if (this.default !== void 0) dataset.value = /* @__PURE__ */ getDefault(this, dataset, config$1);
				if (dataset.value === void 0) {
					dataset.typed = true;
					return dataset;
				}
			}
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/optional/optionalAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function optionalAsync(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "optional",
		reference: optionalAsync,
		expects: `(${wrapped.expects} | undefined)`,
		async: true,
		wrapped,
		default: default_,
		async "~run"(dataset, config$1) {
			if (dataset.value === void 0) {
				if (this.default !== void 0) dataset.value = await /* @__PURE__ */ getDefault(this, dataset, config$1);
				if (dataset.value === void 0) {
					dataset.typed = true;
					return dataset;
				}
			}
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/picklist/picklist.ts
/* @__NO_SIDE_EFFECTS__ */
function picklist(options, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "picklist",
		reference: picklist,
		expects: /* @__PURE__ */ _joinExpects(options.map(_stringify), "|"),
		async: false,
		options,
		message: message$1,
		"~run"(dataset, config$1) {
			if (this.options.includes(dataset.value)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/promise/promise.ts
/* @__NO_SIDE_EFFECTS__ */
function promise(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "promise",
		reference: promise,
		expects: "Promise",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value instanceof Promise) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/record/record.ts
/* @__NO_SIDE_EFFECTS__ */
function record(key, value$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "record",
		reference: record,
		expects: "Object",
		async: false,
		key,
		value: value$1,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				for (const entryKey in input) if (/* @__PURE__ */ _isValidObjectKey(input, entryKey)) {
					const entryValue = input[entryKey];
					const keyDataset = this.key["~run"]({ value: entryKey }, config$1);
					if (keyDataset.issues) {
						const pathItem = {
							type: "object",
							origin: "key",
							input,
							key: entryKey,
							value: entryValue
						};
						for (const issue of keyDataset.issues) {
							issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = keyDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					const valueDataset = this.value["~run"]({ value: entryValue }, config$1);
					if (valueDataset.issues) {
						const pathItem = {
							type: "object",
							origin: "value",
							input,
							key: entryKey,
							value: entryValue
						};
						for (const issue of valueDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = valueDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!keyDataset.typed || !valueDataset.typed) dataset.typed = false;
					if (keyDataset.typed) dataset.value[keyDataset.value] = valueDataset.value;
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/record/recordAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function recordAsync(key, value$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "record",
		reference: recordAsync,
		expects: "Object",
		async: true,
		key,
		value: value$1,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				const datasets = await Promise.all(Object.entries(input).filter(([key$1]) => /* @__PURE__ */ _isValidObjectKey(input, key$1)).map(([entryKey, entryValue]) => Promise.all([
					entryKey,
					entryValue,
					this.key["~run"]({ value: entryKey }, config$1),
					this.value["~run"]({ value: entryValue }, config$1)
				])));
				for (const [entryKey, entryValue, keyDataset, valueDataset] of datasets) {
					if (keyDataset.issues) {
						const pathItem = {
							type: "object",
							origin: "key",
							input,
							key: entryKey,
							value: entryValue
						};
						for (const issue of keyDataset.issues) {
							issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = keyDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (valueDataset.issues) {
						const pathItem = {
							type: "object",
							origin: "value",
							input,
							key: entryKey,
							value: entryValue
						};
						for (const issue of valueDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = valueDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!keyDataset.typed || !valueDataset.typed) dataset.typed = false;
					if (keyDataset.typed) dataset.value[keyDataset.value] = valueDataset.value;
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/set/set.ts
/* @__NO_SIDE_EFFECTS__ */
function set(value$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "set",
		reference: set,
		expects: "Set",
		async: false,
		value: value$1,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (input instanceof Set) {
				dataset.typed = true;
				dataset.value = /* @__PURE__ */ new Set();
				for (const inputValue of input) {
					const valueDataset = this.value["~run"]({ value: inputValue }, config$1);
					if (valueDataset.issues) {
						const pathItem = {
							type: "set",
							origin: "value",
							input,
							key: null,
							value: inputValue
						};
						for (const issue of valueDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = valueDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!valueDataset.typed) dataset.typed = false;
					dataset.value.add(valueDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/set/setAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function setAsync(value$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "set",
		reference: setAsync,
		expects: "Set",
		async: true,
		value: value$1,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (input instanceof Set) {
				dataset.typed = true;
				dataset.value = /* @__PURE__ */ new Set();
				const valueDatasets = await Promise.all([...input].map(async (inputValue) => [inputValue, await this.value["~run"]({ value: inputValue }, config$1)]));
				for (const [inputValue, valueDataset] of valueDatasets) {
					if (valueDataset.issues) {
						const pathItem = {
							type: "set",
							origin: "value",
							input,
							key: null,
							value: inputValue
						};
						for (const issue of valueDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = valueDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!valueDataset.typed) dataset.typed = false;
					dataset.value.add(valueDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/strictObject/strictObject.ts
/* @__NO_SIDE_EFFECTS__ */
function strictObject(entries$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "strict_object",
		reference: strictObject,
		expects: "Object",
		async: false,
		entries: entries$1,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				for (const key in this.entries) {
					const valueSchema = this.entries[key];
					if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
						const value$1 = key in input ? input[key] : /* @__PURE__ */ getDefault(valueSchema);
						const valueDataset = valueSchema["~run"]({ value: value$1 }, config$1);
						if (valueDataset.issues) {
							const pathItem = {
								type: "object",
								origin: "value",
								input,
								key,
								value: value$1
							};
							for (const issue of valueDataset.issues) {
								if (issue.path) issue.path.unshift(pathItem);
								else issue.path = [pathItem];
								dataset.issues?.push(issue);
							}
							if (!dataset.issues) dataset.issues = valueDataset.issues;
							if (config$1.abortEarly) {
								dataset.typed = false;
								break;
							}
						}
						if (!valueDataset.typed) dataset.typed = false;
						dataset.value[key] = valueDataset.value;
					} else if (valueSchema.fallback !== void 0) dataset.value[key] = /* @__PURE__ */ getFallback(valueSchema);
					else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
						_addIssue(this, "key", dataset, config$1, {
							input: void 0,
							expected: `"${key}"`,
							path: [{
								type: "object",
								origin: "key",
								input,
								key,
								value: input[key]
							}]
						});
						if (config$1.abortEarly) break;
					}
				}
				if (!dataset.issues || !config$1.abortEarly) {
					for (const key in input) if (!Object.prototype.hasOwnProperty.call(this.entries, key)) {
						_addIssue(this, "key", dataset, config$1, {
							input: key,
							expected: "never",
							path: [{
								type: "object",
								origin: "key",
								input,
								key,
								value: input[key]
							}]
						});
						break;
					}
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/strictObject/strictObjectAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function strictObjectAsync(entries$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "strict_object",
		reference: strictObjectAsync,
		expects: "Object",
		async: true,
		entries: entries$1,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				const valueDatasets = await Promise.all(Object.entries(this.entries).map(async ([key, valueSchema]) => {
					if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
						const value$1 = key in input ? input[key] : await /* @__PURE__ */ getDefault(valueSchema);
						return [
							key,
							value$1,
							valueSchema,
							await valueSchema["~run"]({ value: value$1 }, config$1)
						];
					}
					return [
						key,
						input[key],
						valueSchema,
						null
					];
				}));
				for (const [key, value$1, valueSchema, valueDataset] of valueDatasets) if (valueDataset) {
					if (valueDataset.issues) {
						const pathItem = {
							type: "object",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of valueDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = valueDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!valueDataset.typed) dataset.typed = false;
					dataset.value[key] = valueDataset.value;
				} else if (valueSchema.fallback !== void 0) dataset.value[key] = await /* @__PURE__ */ getFallback(valueSchema);
				else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
					_addIssue(this, "key", dataset, config$1, {
						input: void 0,
						expected: `"${key}"`,
						path: [{
							type: "object",
							origin: "key",
							input,
							key,
							value: value$1
						}]
					});
					if (config$1.abortEarly) break;
				}
				if (!dataset.issues || !config$1.abortEarly) {
					for (const key in input) if (!Object.prototype.hasOwnProperty.call(this.entries, key)) {
						_addIssue(this, "key", dataset, config$1, {
							input: key,
							expected: "never",
							path: [{
								type: "object",
								origin: "key",
								input,
								key,
								value: input[key]
							}]
						});
						break;
					}
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/strictTuple/strictTuple.ts
/* @__NO_SIDE_EFFECTS__ */
function strictTuple(items, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "strict_tuple",
		reference: strictTuple,
		expects: "Array",
		async: false,
		items,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				for (let key = 0; key < this.items.length; key++) {
					const value$1 = input[key];
					const itemDataset = this.items[key]["~run"]({ value: value$1 }, config$1);
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
				if (!(dataset.issues && config$1.abortEarly) && this.items.length < input.length) _addIssue(this, "type", dataset, config$1, {
					input: input[this.items.length],
					expected: "never",
					path: [{
						type: "array",
						origin: "value",
						input,
						key: this.items.length,
						value: input[this.items.length]
					}]
				});
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/strictTuple/strictTupleAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function strictTupleAsync(items, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "strict_tuple",
		reference: strictTupleAsync,
		expects: "Array",
		async: true,
		items,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				const itemDatasets = await Promise.all(this.items.map(async (item, key) => {
					const value$1 = input[key];
					return [
						key,
						value$1,
						await item["~run"]({ value: value$1 }, config$1)
					];
				}));
				for (const [key, value$1, itemDataset] of itemDatasets) {
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
				if (!(dataset.issues && config$1.abortEarly) && this.items.length < input.length) _addIssue(this, "type", dataset, config$1, {
					input: input[this.items.length],
					expected: "never",
					path: [{
						type: "array",
						origin: "value",
						input,
						key: this.items.length,
						value: input[this.items.length]
					}]
				});
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/string/string.ts
/* @__NO_SIDE_EFFECTS__ */
function string(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "string",
		reference: string,
		expects: "string",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (typeof dataset.value === "string") dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/symbol/symbol.ts
/* @__NO_SIDE_EFFECTS__ */
function symbol(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "symbol",
		reference: symbol,
		expects: "symbol",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (typeof dataset.value === "symbol") dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/tuple/tuple.ts
/* @__NO_SIDE_EFFECTS__ */
function tuple(items, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "tuple",
		reference: tuple,
		expects: "Array",
		async: false,
		items,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				for (let key = 0; key < this.items.length; key++) {
					const value$1 = input[key];
					const itemDataset = this.items[key]["~run"]({ value: value$1 }, config$1);
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/tuple/tupleAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function tupleAsync(items, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "tuple",
		reference: tupleAsync,
		expects: "Array",
		async: true,
		items,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				const itemDatasets = await Promise.all(this.items.map(async (item, key) => {
					const value$1 = input[key];
					return [
						key,
						value$1,
						await item["~run"]({ value: value$1 }, config$1)
					];
				}));
				for (const [key, value$1, itemDataset] of itemDatasets) {
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/tupleWithRest/tupleWithRest.ts
/* @__NO_SIDE_EFFECTS__ */
function tupleWithRest(items, rest, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "tuple_with_rest",
		reference: tupleWithRest,
		expects: "Array",
		async: false,
		items,
		rest,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				for (let key = 0; key < this.items.length; key++) {
					const value$1 = input[key];
					const itemDataset = this.items[key]["~run"]({ value: value$1 }, config$1);
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
				if (!dataset.issues || !config$1.abortEarly) for (let key = this.items.length; key < input.length; key++) {
					const value$1 = input[key];
					const itemDataset = this.rest["~run"]({ value: value$1 }, config$1);
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/tupleWithRest/tupleWithRestAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function tupleWithRestAsync(items, rest, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "tuple_with_rest",
		reference: tupleWithRestAsync,
		expects: "Array",
		async: true,
		items,
		rest,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				const [normalDatasets, restDatasets] = await Promise.all([Promise.all(this.items.map(async (item, key) => {
					const value$1 = input[key];
					return [
						key,
						value$1,
						await item["~run"]({ value: value$1 }, config$1)
					];
				})), Promise.all(input.slice(this.items.length).map(async (value$1, key) => {
					return [
						key + this.items.length,
						value$1,
						await this.rest["~run"]({ value: value$1 }, config$1)
					];
				}))]);
				for (const [key, value$1, itemDataset] of normalDatasets) {
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
				if (!dataset.issues || !config$1.abortEarly) for (const [key, value$1, itemDataset] of restDatasets) {
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/undefined/undefined.ts
/* @__NO_SIDE_EFFECTS__ */
function undefined_(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "undefined",
		reference: undefined_,
		expects: "undefined",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value === void 0) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/undefinedable/undefinedable.ts
/* @__NO_SIDE_EFFECTS__ */
function undefinedable(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "undefinedable",
		reference: undefinedable,
		expects: `(${wrapped.expects} | undefined)`,
		async: false,
		wrapped,
		default: default_,
		"~run"(dataset, config$1) {
			if (dataset.value === void 0) {
				if (this.default !== void 0) dataset.value = /* @__PURE__ */ getDefault(this, dataset, config$1);
				if (dataset.value === void 0) {
					dataset.typed = true;
					return dataset;
				}
			}
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/undefinedable/undefinedableAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function undefinedableAsync(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "undefinedable",
		reference: undefinedableAsync,
		expects: `(${wrapped.expects} | undefined)`,
		async: true,
		wrapped,
		default: default_,
		async "~run"(dataset, config$1) {
			if (dataset.value === void 0) {
				if (this.default !== void 0) dataset.value = await /* @__PURE__ */ getDefault(this, dataset, config$1);
				if (dataset.value === void 0) {
					dataset.typed = true;
					return dataset;
				}
			}
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/union/utils/_subIssues/_subIssues.ts
/**
* Returns the sub issues of the provided datasets for the union issue.
*
* @param datasets The datasets.
*
* @returns The sub issues.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _subIssues(datasets) {
	let issues;
	if (datasets) for (const dataset of datasets) if (issues) for (const issue of dataset.issues) issues.push(issue);
	else issues = dataset.issues;
	return issues;
}

//#endregion
//#region src/schemas/union/union.ts
/* @__NO_SIDE_EFFECTS__ */
function union(options, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "union",
		reference: union,
		expects: /* @__PURE__ */ _joinExpects(options.map((option) => option.expects), "|"),
		async: false,
		options,
		message: message$1,
		"~run"(dataset, config$1) {
			let validDataset;
			let typedDatasets;
			let untypedDatasets;
			for (const schema of this.options) {
				const optionDataset = schema["~run"]({ value: dataset.value }, config$1);
				if (optionDataset.typed) if (optionDataset.issues) if (typedDatasets) typedDatasets.push(optionDataset);
				else typedDatasets = [optionDataset];
				else {
					validDataset = optionDataset;
					break;
				}
				else if (untypedDatasets) untypedDatasets.push(optionDataset);
				else untypedDatasets = [optionDataset];
			}
			if (validDataset) return validDataset;
			if (typedDatasets) {
				if (typedDatasets.length === 1) return typedDatasets[0];
				_addIssue(this, "type", dataset, config$1, { issues: /* @__PURE__ */ _subIssues(typedDatasets) });
				dataset.typed = true;
			} else if (untypedDatasets?.length === 1) return untypedDatasets[0];
			else _addIssue(this, "type", dataset, config$1, { issues: /* @__PURE__ */ _subIssues(untypedDatasets) });
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/union/unionAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function unionAsync(options, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "union",
		reference: unionAsync,
		expects: /* @__PURE__ */ _joinExpects(options.map((option) => option.expects), "|"),
		async: true,
		options,
		message: message$1,
		async "~run"(dataset, config$1) {
			let validDataset;
			let typedDatasets;
			let untypedDatasets;
			for (const schema of this.options) {
				const optionDataset = await schema["~run"]({ value: dataset.value }, config$1);
				if (optionDataset.typed) if (optionDataset.issues) if (typedDatasets) typedDatasets.push(optionDataset);
				else typedDatasets = [optionDataset];
				else {
					validDataset = optionDataset;
					break;
				}
				else if (untypedDatasets) untypedDatasets.push(optionDataset);
				else untypedDatasets = [optionDataset];
			}
			if (validDataset) return validDataset;
			if (typedDatasets) {
				if (typedDatasets.length === 1) return typedDatasets[0];
				_addIssue(this, "type", dataset, config$1, { issues: /* @__PURE__ */ _subIssues(typedDatasets) });
				dataset.typed = true;
			} else if (untypedDatasets?.length === 1) return untypedDatasets[0];
			else _addIssue(this, "type", dataset, config$1, { issues: /* @__PURE__ */ _subIssues(untypedDatasets) });
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/unknown/unknown.ts
/**
* Creates a unknown schema.
*
* @returns A unknown schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function unknown() {
	return _standardSchema({
		kind: "schema",
		type: "unknown",
		reference: unknown,
		expects: "unknown",
		async: false,
		"~run"(dataset) {
			dataset.typed = true;
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/variant/variant.ts
/* @__NO_SIDE_EFFECTS__ */
function variant(key, options, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "variant",
		reference: variant,
		expects: "Object",
		async: false,
		key,
		options,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				let outputDataset;
				let maxDiscriminatorPriority = 0;
				let invalidDiscriminatorKey = this.key;
				let expectedDiscriminators = [];
				const parseOptions = (variant$1, allKeys) => {
					for (const schema of variant$1.options) {
						if (schema.type === "variant") parseOptions(schema, new Set(allKeys).add(schema.key));
						else {
							let keysAreValid = true;
							let currentPriority = 0;
							for (const currentKey of allKeys) {
								const discriminatorSchema = schema.entries[currentKey];
								if (currentKey in input ? discriminatorSchema["~run"]({
									typed: false,
									value: input[currentKey]
								}, ABORT_EARLY_CONFIG).issues : discriminatorSchema.type !== "exact_optional" && discriminatorSchema.type !== "optional" && discriminatorSchema.type !== "nullish") {
									keysAreValid = false;
									if (invalidDiscriminatorKey !== currentKey && (maxDiscriminatorPriority < currentPriority || maxDiscriminatorPriority === currentPriority && currentKey in input && !(invalidDiscriminatorKey in input))) {
										maxDiscriminatorPriority = currentPriority;
										invalidDiscriminatorKey = currentKey;
										expectedDiscriminators = [];
									}
									if (invalidDiscriminatorKey === currentKey) expectedDiscriminators.push(schema.entries[currentKey].expects);
									break;
								}
								currentPriority++;
							}
							if (keysAreValid) {
								const optionDataset = schema["~run"]({ value: input }, config$1);
								if (!outputDataset || !outputDataset.typed && optionDataset.typed) outputDataset = optionDataset;
							}
						}
						if (outputDataset && !outputDataset.issues) break;
					}
				};
				parseOptions(this, new Set([this.key]));
				if (outputDataset) return outputDataset;
				_addIssue(this, "type", dataset, config$1, {
					input: input[invalidDiscriminatorKey],
					expected: /* @__PURE__ */ _joinExpects(expectedDiscriminators, "|"),
					path: [{
						type: "object",
						origin: "value",
						input,
						key: invalidDiscriminatorKey,
						value: input[invalidDiscriminatorKey]
					}]
				});
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/variant/variantAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function variantAsync(key, options, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "variant",
		reference: variantAsync,
		expects: "Object",
		async: true,
		key,
		options,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				let outputDataset;
				let maxDiscriminatorPriority = 0;
				let invalidDiscriminatorKey = this.key;
				let expectedDiscriminators = [];
				const parseOptions = async (variant$1, allKeys) => {
					for (const schema of variant$1.options) {
						if (schema.type === "variant") await parseOptions(schema, new Set(allKeys).add(schema.key));
						else {
							let keysAreValid = true;
							let currentPriority = 0;
							for (const currentKey of allKeys) {
								const discriminatorSchema = schema.entries[currentKey];
								if (currentKey in input ? (await discriminatorSchema["~run"]({
									typed: false,
									value: input[currentKey]
								}, ABORT_EARLY_CONFIG)).issues : discriminatorSchema.type !== "exact_optional" && discriminatorSchema.type !== "optional" && discriminatorSchema.type !== "nullish") {
									keysAreValid = false;
									if (invalidDiscriminatorKey !== currentKey && (maxDiscriminatorPriority < currentPriority || maxDiscriminatorPriority === currentPriority && currentKey in input && !(invalidDiscriminatorKey in input))) {
										maxDiscriminatorPriority = currentPriority;
										invalidDiscriminatorKey = currentKey;
										expectedDiscriminators = [];
									}
									if (invalidDiscriminatorKey === currentKey) expectedDiscriminators.push(schema.entries[currentKey].expects);
									break;
								}
								currentPriority++;
							}
							if (keysAreValid) {
								const optionDataset = await schema["~run"]({ value: input }, config$1);
								if (!outputDataset || !outputDataset.typed && optionDataset.typed) outputDataset = optionDataset;
							}
						}
						if (outputDataset && !outputDataset.issues) break;
					}
				};
				await parseOptions(this, new Set([this.key]));
				if (outputDataset) return outputDataset;
				_addIssue(this, "type", dataset, config$1, {
					input: input[invalidDiscriminatorKey],
					expected: /* @__PURE__ */ _joinExpects(expectedDiscriminators, "|"),
					path: [{
						type: "object",
						origin: "value",
						input,
						key: invalidDiscriminatorKey,
						value: input[invalidDiscriminatorKey]
					}]
				});
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/void/void.ts
/* @__NO_SIDE_EFFECTS__ */
function void_(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "void",
		reference: void_,
		expects: "void",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value === void 0) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/methods/keyof/keyof.ts
/* @__NO_SIDE_EFFECTS__ */
function keyof(schema, message$1) {
	return /* @__PURE__ */ picklist(Object.keys(schema.entries), message$1);
}

//#endregion
//#region src/methods/message/message.ts
/**
* Changes the local message configuration of a schema.
*
* @param schema The schema to configure.
* @param message_ The error message.
*
* @returns The configured schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function message(schema, message_) {
	return _standardSchema({
		...schema,
		"~run"(dataset, config$1) {
			return schema["~run"](dataset, {
				...config$1,
				message: message_
			});
		}
	});
}

//#endregion
//#region src/methods/omit/omit.ts
/**
* Creates a modified copy of an object schema that does not contain the
* selected entries.
*
* @param schema The schema to omit from.
* @param keys The selected entries.
*
* @returns An object schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function omit(schema, keys) {
	const entries$1 = { ...schema.entries };
	for (const key of keys) delete entries$1[key];
	return _standardSchema({
		...schema,
		entries: entries$1
	});
}

//#endregion
//#region src/methods/parse/parse.ts
/**
* Parses an unknown input based on a schema.
*
* @param schema The schema to be used.
* @param input The input to be parsed.
* @param config The parse configuration.
*
* @returns The parsed input.
*/
function parse(schema, input, config$1) {
	const dataset = schema["~run"]({ value: input }, /* @__PURE__ */ getGlobalConfig(config$1));
	if (dataset.issues) throw new ValiError(dataset.issues);
	return dataset.value;
}

//#endregion
//#region src/methods/parse/parseAsync.ts
/**
* Parses an unknown input based on a schema.
*
* @param schema The schema to be used.
* @param input The input to be parsed.
* @param config The parse configuration.
*
* @returns The parsed input.
*/
async function parseAsync(schema, input, config$1) {
	const dataset = await schema["~run"]({ value: input }, /* @__PURE__ */ getGlobalConfig(config$1));
	if (dataset.issues) throw new ValiError(dataset.issues);
	return dataset.value;
}

//#endregion
//#region src/methods/parser/parser.ts
/* @__NO_SIDE_EFFECTS__ */
function parser(schema, config$1) {
	const func = (input) => parse(schema, input, config$1);
	func.schema = schema;
	func.config = config$1;
	return func;
}

//#endregion
//#region src/methods/parser/parserAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function parserAsync(schema, config$1) {
	const func = (input) => parseAsync(schema, input, config$1);
	func.schema = schema;
	func.config = config$1;
	return func;
}

//#endregion
//#region src/methods/partial/partial.ts
/* @__NO_SIDE_EFFECTS__ */
function partial(schema, keys) {
	const entries$1 = {};
	for (const key in schema.entries) entries$1[key] = !keys || keys.includes(key) ? /* @__PURE__ */ optional(schema.entries[key]) : schema.entries[key];
	return _standardSchema({
		...schema,
		entries: entries$1
	});
}

//#endregion
//#region src/methods/partial/partialAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function partialAsync(schema, keys) {
	const entries$1 = {};
	for (const key in schema.entries) entries$1[key] = !keys || keys.includes(key) ? /* @__PURE__ */ optionalAsync(schema.entries[key]) : schema.entries[key];
	return _standardSchema({
		...schema,
		entries: entries$1
	});
}

//#endregion
//#region src/methods/pick/pick.ts
/**
* Creates a modified copy of an object schema that contains only the selected
* entries.
*
* @param schema The schema to pick from.
* @param keys The selected entries.
*
* @returns An object schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function pick(schema, keys) {
	const entries$1 = {};
	for (const key of keys) entries$1[key] = schema.entries[key];
	return _standardSchema({
		...schema,
		entries: entries$1
	});
}

//#endregion
//#region src/methods/pipe/pipe.ts
/* @__NO_SIDE_EFFECTS__ */
function pipe(...pipe$1) {
	return _standardSchema({
		...pipe$1[0],
		pipe: pipe$1,
		"~run"(dataset, config$1) {
			for (const item of pipe$1) if (item.kind !== "metadata") {
				if (dataset.issues && (item.kind === "schema" || item.kind === "transformation")) {
					dataset.typed = false;
					break;
				}
				if (!dataset.issues || !config$1.abortEarly && !config$1.abortPipeEarly) dataset = item["~run"](dataset, config$1);
			}
			return dataset;
		}
	});
}

//#endregion
//#region src/methods/pipe/pipeAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function pipeAsync(...pipe$1) {
	return _standardSchema({
		...pipe$1[0],
		pipe: pipe$1,
		async: true,
		async "~run"(dataset, config$1) {
			for (const item of pipe$1) if (item.kind !== "metadata") {
				if (dataset.issues && (item.kind === "schema" || item.kind === "transformation")) {
					dataset.typed = false;
					break;
				}
				if (!dataset.issues || !config$1.abortEarly && !config$1.abortPipeEarly) dataset = await item["~run"](dataset, config$1);
			}
			return dataset;
		}
	});
}

//#endregion
//#region src/methods/required/required.ts
/* @__NO_SIDE_EFFECTS__ */
function required(schema, arg2, arg3) {
	const keys = Array.isArray(arg2) ? arg2 : void 0;
	const message$1 = Array.isArray(arg2) ? arg3 : arg2;
	const entries$1 = {};
	for (const key in schema.entries) entries$1[key] = !keys || keys.includes(key) ? /* @__PURE__ */ nonOptional(schema.entries[key], message$1) : schema.entries[key];
	return _standardSchema({
		...schema,
		entries: entries$1
	});
}

//#endregion
//#region src/methods/required/requiredAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function requiredAsync(schema, arg2, arg3) {
	const keys = Array.isArray(arg2) ? arg2 : void 0;
	const message$1 = Array.isArray(arg2) ? arg3 : arg2;
	const entries$1 = {};
	for (const key in schema.entries) entries$1[key] = !keys || keys.includes(key) ? /* @__PURE__ */ nonOptionalAsync(schema.entries[key], message$1) : schema.entries[key];
	return _standardSchema({
		...schema,
		entries: entries$1
	});
}

//#endregion
//#region src/methods/safeParse/safeParse.ts
/**
* Parses an unknown input based on a schema.
*
* @param schema The schema to be used.
* @param input The input to be parsed.
* @param config The parse configuration.
*
* @returns The parse result.
*/
/* @__NO_SIDE_EFFECTS__ */
function safeParse(schema, input, config$1) {
	const dataset = schema["~run"]({ value: input }, /* @__PURE__ */ getGlobalConfig(config$1));
	return {
		typed: dataset.typed,
		success: !dataset.issues,
		output: dataset.value,
		issues: dataset.issues
	};
}

//#endregion
//#region src/methods/safeParse/safeParseAsync.ts
/**
* Parses an unknown input based on a schema.
*
* @param schema The schema to be used.
* @param input The input to be parsed.
* @param config The parse configuration.
*
* @returns The parse result.
*/
/* @__NO_SIDE_EFFECTS__ */
async function safeParseAsync(schema, input, config$1) {
	const dataset = await schema["~run"]({ value: input }, /* @__PURE__ */ getGlobalConfig(config$1));
	return {
		typed: dataset.typed,
		success: !dataset.issues,
		output: dataset.value,
		issues: dataset.issues
	};
}

//#endregion
//#region src/methods/safeParser/safeParser.ts
/* @__NO_SIDE_EFFECTS__ */
function safeParser(schema, config$1) {
	const func = (input) => /* @__PURE__ */ safeParse(schema, input, config$1);
	func.schema = schema;
	func.config = config$1;
	return func;
}

//#endregion
//#region src/methods/safeParser/safeParserAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function safeParserAsync(schema, config$1) {
	const func = (input) => /* @__PURE__ */ safeParseAsync(schema, input, config$1);
	func.schema = schema;
	func.config = config$1;
	return func;
}

//#endregion
//#region src/methods/summarize/summarize.ts
/**
* Summarize the error messages of issues in a pretty-printable multi-line string.
*
* @param issues The list of issues.
*
* @returns A summary of the issues.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function summarize(issues) {
	let summary = "";
	for (const issue of issues) {
		if (summary) summary += "\n";
		summary += `× ${issue.message}`;
		const dotPath = /* @__PURE__ */ getDotPath(issue);
		if (dotPath) summary += `\n  → at ${dotPath}`;
	}
	return summary;
}

//#endregion
//#region src/methods/unwrap/unwrap.ts
/**
* Unwraps the wrapped schema.
*
* @param schema The schema to be unwrapped.
*
* @returns The unwrapped schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function unwrap(schema) {
	return schema.wrapped;
}

//#endregion

;// CONCATENATED MODULE: ./build/opencode/shapes.js

const shapes_status = picklist(['pending', 'running', 'completed', 'error']);
const shapes_number = optional(number(), 0);
const messageShape = object({
    id: string(),
    sessionID: string(),
    role: picklist(['user', 'assistant']),
    parentID: optional(string()),
    time: object({ created: number(), completed: optional(number()) }),
    finish: optional(string()),
    error: optional(unknown()),
    providerID: optional(string()),
    modelID: optional(string()),
    cost: shapes_number,
    tokens: optional(object({
        input: shapes_number,
        output: shapes_number,
        reasoning: shapes_number,
        cache: optional(object({ read: shapes_number, write: shapes_number })),
    })),
    summary: optional(unknown()),
    structured: optional(unknown()),
});
const partShape = object({
    id: string(),
    sessionID: string(),
    messageID: string(),
    type: string(),
    text: optional(string(), ''),
    synthetic: optional(dist_boolean(), false),
    ignored: optional(dist_boolean(), false),
    tool: optional(string(), ''),
    state: optional(object({ status: shapes_status, title: optional(string(), '') })),
});
const errorShape = object({
    name: optional(string(), 'UnknownError'),
    data: optional(object({
        message: optional(string(), ''),
        statusCode: optional(number()),
        isRetryable: optional(dist_boolean(), false),
    })),
});
const askShape = object({
    id: string(),
    sessionID: string(),
    permission: string(),
    patterns: optional(array(string()), []),
});
const questionShape = object({ id: string(), sessionID: string() });
const todosShape = array(object({ content: string(), status: string() }));
const recordShape = array(object({ info: unknown(), parts: array(unknown()) }));
/** What going on with a session takes. */
const sessionShape = object({
    directory: string(),
    parentID: optional(string()),
    metadata: optional(record(string(), unknown()), {}),
    permission: optional(array(object({
        permission: string(),
        pattern: string(),
        action: picklist(['allow', 'deny', 'ask']),
    })), []),
    time: object({ updated: number() }),
});
/** Whether a value is an object whose members can be looked at. */
function isRecord(value) {
    return typeof value === 'object' && value !== null;
}
/** A message's envelope; undefined where it is not one that we know. */
function readMessage(raw) {
    const shape = read(messageShape, raw);
    if (shape === undefined)
        return undefined;
    const { providerID, modelID, tokens } = shape;
    const cache = tokens?.cache;
    return {
        id: shape.id,
        sessionId: shape.sessionID,
        role: shape.role,
        parentId: shape.parentID,
        createdAt: shape.time.created,
        completedAt: shape.time.completed,
        finish: shape.finish,
        error: shape.error === undefined ? undefined : readError(shape.error),
        model: providerID !== undefined && modelID !== undefined ? `${providerID}/${modelID}` : undefined,
        usage: {
            inputTokens: (tokens?.input ?? 0) + (cache?.read ?? 0) + (cache?.write ?? 0),
            outputTokens: (tokens?.output ?? 0) + (tokens?.reasoning ?? 0),
            costUsd: shape.cost,
        },
        // A user message's `summary` is an object and something else: what it changed on disk.
        isSummary: shape.summary === true,
        ...(shape.structured !== undefined && { structured: shape.structured }),
    };
}
/** One part of a message; undefined where it is not one that we know. */
function readPart(raw) {
    const shape = read(partShape, raw);
    if (shape === undefined)
        return undefined;
    const base = { id: shape.id, messageId: shape.messageID, sessionId: shape.sessionID };
    switch (shape.type) {
        case 'text':
            return {
                kind: 'text',
                ...base,
                text: shape.text,
                isSynthetic: shape.synthetic || shape.ignored,
            };
        case 'reasoning':
            return { kind: 'reasoning', ...base, text: shape.text };
        case 'tool': {
            const { status: state, title } = shape.state ?? { status: 'pending', title: '' };
            return { kind: 'tool', ...base, tool: shape.tool, status: state, title };
        }
        default:
            return { kind: 'other', ...base, name: shape.type };
    }
}
/** An error as OpenCode puts it into messages and events; never fails, so that no error is lost. */
function readError(raw) {
    const shape = read(errorShape, raw);
    return {
        name: shape?.name ?? 'UnknownError',
        message: shape?.data?.message ?? '',
        status: shape?.data?.statusCode,
        isRetryable: shape?.data?.isRetryable ?? false,
    };
}
/** A tool that waits to be allowed. */
function readPermission(raw) {
    const shape = read(askShape, raw);
    if (shape === undefined)
        return undefined;
    const { sessionID, ...rest } = shape;
    return { ...rest, sessionId: sessionID };
}
/** A question that waits for a person. */
function readQuestion(raw) {
    const shape = read(questionShape, raw);
    return shape && { id: shape.id, sessionId: shape.sessionID };
}
/** The agent's to-do list. */
function readTodos(raw) {
    return read(todosShape, raw);
}
/** A session's messages with their parts; what is unknown in it is left out, undefined: no record. */
function readRecord(raw) {
    return read(recordShape, raw)?.flatMap(({ info, parts }) => {
        const message = readMessage(info);
        return message ? [{ message, parts: parts.flatMap((part) => readPart(part) ?? []) }] : [];
    });
}
/** Reads a value by its schema; undefined where it does not fit. */
function read(schema, raw) {
    const result = v.safeParse(schema, raw);
    return result.success ? result.output : undefined;
}

;// CONCATENATED MODULE: ./build/opencode/config.js

/**
 * The action's own OpenCode configuration with `given` (the input `opencode-config`) merged over
 * it: objects member by member, everything else as a whole. A version that replaces itself would
 * undo the pin; nothing is shared unless asked for; and snapshots, a copy of the whole workspace to
 * a second git repository before and after every step, are for undoing what nobody here can undo.
 */
function localConfig(options, given = {}) {
    const share = options.share ? 'manual' : 'disabled';
    const own = { autoupdate: false, snapshot: false, share };
    const merged = merge(own, given);
    return isRecord(merged) ? merged : own;
}
function merge(base, over) {
    if (!isPlain(base) || !isPlain(over))
        return over;
    // From entries rather than by assignment: a member called `__proto__` is a member like others.
    return Object.fromEntries([
        ...Object.entries(base),
        ...Object.entries(over).map(([key, value]) => [
            key,
            Object.hasOwn(base, key) ? merge(base[key], value) : value,
        ]),
    ]);
}
function isPlain(value) {
    return isRecord(value) && !Array.isArray(value);
}

;// CONCATENATED MODULE: ./build/redact/names.js
/** Words that name a secret. `PATH` and `PWD` stand alone; `SSH_AUTH_SOCK` lets its holder sign. */
const secretNames = new RegExp([
    'TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|PRIVATE',
    'KEYS?(?:_|$)|APIKEY',
    '(?:^|_)(?:AUTH|PAT|PASS|BEARER|COOKIE)(?:_|$)',
    '_PWD$',
].join('|'), 'i');
/** Whether a variable's name says that it holds a secret. */
function isSecretName(name) {
    return secretNames.test(name);
}

;// CONCATENATED MODULE: ./build/redact/shapes.js
/**
 * How tokens that say by themselves what they are begin, and what follows then. The lengths are
 * bounded, since no token is longer and an endless one would be looked through again and again.
 * https://docs.github.com/code-security/reference/secret-security/supported-secret-scanning-patterns
 */
const tokens = [
    // An installation's token may be a JWT behind its prefix, with dots in it.
    ['gh[pousr]_', String.raw `[A-Za-z0-9](?:[\w-]|\.(?=[\w-])){15,2000}`],
    ['github_pat_', String.raw `\w{16,500}`],
    ['gl(?:pat|ptt|dt|rt|cbt|soat|ft|imt|agent)-', String.raw `[\w-]{16,500}`],
    ['npm_', '[A-Za-z0-9]{30,200}'],
    ['(?:AKIA|ASIA)', '[0-9A-Z]{16}(?![0-9A-Za-z])'],
    ['AIza', String.raw `[\w-]{30,100}`],
    ['(?:GOCSPX-|ya29\\.)', String.raw `[\w-]{20,2000}`],
    ['xox[abeoprs]-', String.raw `[\w-]{10,500}`],
    ['xapp-', String.raw `\d-[\w-]{10,500}`],
    ['sk-(?:ant|proj|or|svcacct|admin)-', String.raw `[\w-]{16,1000}`],
    ['sk-', '[A-Za-z0-9]{20,500}'],
    ['[sr]k_live_', '[A-Za-z0-9]{16,500}'],
    ['hf_', '[A-Za-z0-9]{30,200}'],
    ['gsk_', '[A-Za-z0-9]{30,200}'],
    ['xai-', '[A-Za-z0-9]{40,200}'],
    ['pypi-', String.raw `Ag[\w-]{50,1000}`],
    ['dckr_pat_', String.raw `[\w-]{20,200}`],
    ['hv[sb]\\.', String.raw `[\w-]{24,500}`],
    // RFC 7519: header and claims are JSON objects in base64url; `{"` is written `eyJ`.
    ['(?<![-_])eyJ', String.raw `[\w-]{8,4000}\.eyJ[\w-]{8,8000}\.[\w-]{0,2000}`],
];
/** A beginning counts where no word goes on; a word of any length is so looked at once only. */
const atWordStart = '(?<![A-Za-z0-9])';
const label = '(?:[A-Z ]{0,40} )?PRIVATE KEY(?: BLOCK)?-----';
/** A key up to its end, whatever stands before its lines; one that has no end, as far as it is one. */
const privateKey = new RegExp(String.raw `-{3,5}BEGIN ${label}` +
    String.raw `(?:(?:[^-]|-(?!----))*-----END ${label}|(?:(?:[\s>|+#*"',]|\\[nr\\])*[A-Za-z0-9+/=]{32,})+)?`, 'g');
/** The shapes of tokens and private keys, with the flag `g`; each takes time linear in the text. */
const tokenShapes = [
    ...tokens.map(([beginning, rest]) => new RegExp(`${atWordStart}${beginning}${rest}`, 'g')),
    privateKey,
];
/** What a token may be that the text has not got to the end of. */
const openToken = new RegExp(`${atWordStart}(?:${tokens.map(([beginning]) => beginning).join('|')})[\\w.-]*$`);
const openTokenChars = 2_500;
/** A key is about 3,300 characters long, a large one 12,000. */
const openKeyChars = 16_000;
const keyStart = new RegExp(`^-----BEGIN ${label}`);
/** Where a text holds tokens or private keys. */
function findShapes(text) {
    return tokenShapes.flatMap((shape) => [...text.matchAll(shape)].map(({ index, 0: found }) => ({
        from: index,
        to: index + found.length,
    })));
}
/** Where a token or a private key begins that may go on behind the text's end; else its length. */
function findOpenShape(text) {
    const from = Math.max(0, text.length - openTokenChars);
    const token = openToken.exec(text.slice(from));
    const key = text.lastIndexOf('-----BEGIN ');
    const isOpen = key >= text.length - openKeyChars &&
        keyStart.test(text.slice(key, key + 100)) &&
        !text.includes('-----END ', key);
    return Math.min(token === null ? text.length : from + token.index, key >= 0 && isOpen ? key : text.length);
}

;// CONCATENATED MODULE: ./build/opencode/environment.js


/** A known secret shorter than this is looked for as a whole value only. */
const containedChars = 8;
/** The runner's own, for actions and steps: commands, inputs, tokens of its services. */
const runnerNames = /^(?:INPUT_|STATE_|ACTIONS_|GITHUB_(?:ENV|OUTPUT|PATH|STATE|STEP_SUMMARY|TOKEN)$)/;
/** Values that hold a secret beside those that are known by their shape, or may be one. */
const secretValues = [
    /\bsk-[\w-]{20,}/,
    /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
    /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\./,
    /authorization:\s*(?:basic|bearer)\s/i,
    /:\/\/[^/\s:@]*:[^/\s@]+@/,
];
/**
 * Keys that OpenCode reads for model providers, and that open nothing but models. A cloud's own
 * credentials (`AWS_SECRET_ACCESS_KEY`, `GOOGLE_APPLICATION_CREDENTIALS`, `GITHUB_TOKEN`) do more,
 * and need `agent-env`. https://models.dev/api.json
 */
const providerKeys = new Set(`AI_GATEWAY ANTHROPIC AZURE AZURE_COGNITIVE_SERVICES AZURE_OPENAI BASETEN CEREBRAS CHUTES COHERE
  DASHSCOPE DEEPINFRA DEEPSEEK FIREWORKS GEMINI GOOGLE GOOGLE_GENERATIVE_AI GROQ HELICONE INCEPTION
  LLAMA MINIMAX MISTRAL MOONSHOT MORPH NEBIUS NVIDIA OLLAMA OPENAI OPENCODE OPENROUTER PERPLEXITY POE
  REQUESTY SYNTHETIC TOGETHER UPSTAGE V0 VENICE XAI ZENMUX ZHIPU`
    .split(/\s+/)
    .map((provider) => `${provider}_API_KEY`));
const otherProviderKeys = new Set(['AWS_BEARER_TOKEN_BEDROCK', 'HF_TOKEN']);
/** A proxy may carry a password; without it the provider is out of reach. */
const proxies = /^(?:https?|all)_proxy$/i;
/** Git reads these as one: a key without its value makes every git command fail. */
const gitConfig = /^GIT_CONFIG_(?:COUNT$|(?:KEY|VALUE)_\d+$)/;
/**
 * The environment that OpenCode and its tools get: the step's, without the runner's own variables,
 * without what is named or valued like a secret, and without the known secrets.
 * Provider keys pass, and the names in `allow`; a known secret's value never does.
 */
function agentEnvironment(env, options) {
    const entries = Object.entries(env).filter((entry) => entry[1] !== undefined);
    const known = options.secrets.filter((secret) => secret !== '');
    const allowed = new Set(options.allow);
    const git = entries.filter(([name]) => gitConfig.test(name));
    const hasGitSecret = git.some(([, value]) => isSecretValue(value) || holdsSecret(value, known));
    return Object.fromEntries(entries.filter(([name, value]) => {
        if (options.withheld?.includes(name) || holdsSecret(value, known))
            return false;
        if (allowed.has(name))
            return true;
        if (gitConfig.test(name))
            return !hasGitSecret;
        return mayPass(name, value);
    }));
}
/** Whether a variable of that name passes because it is a model provider's key. */
function isProviderKey(name) {
    return providerKeys.has(name) || otherProviderKeys.has(name);
}
function mayPass(name, value) {
    if (runnerNames.test(name))
        return false;
    if (isProviderKey(name) || proxies.test(name))
        return true;
    return !isSecretName(name) && !isSecretValue(value);
}
/** Whether a value has the shape of a secret, or one in it. */
function isSecretValue(value) {
    return [...tokenShapes, ...secretValues].some((shape) => value.search(shape) >= 0);
}
function holdsSecret(value, known) {
    return known.some((secret) => value === secret || (secret.length >= containedChars && value.includes(secret)));
}

;// CONCATENATED MODULE: external "node:fs/promises"
const promises_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs/promises");
;// CONCATENATED MODULE: external "node:child_process"
const external_node_child_process_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:child_process");
;// CONCATENATED MODULE: external "node:stream/promises"
const external_node_stream_promises_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream/promises");
;// CONCATENATED MODULE: external "node:util"
const external_node_util_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util");
;// CONCATENATED MODULE: ./build/opencode/npm.js









const run = (0,external_node_util_namespaceObject.promisify)(external_node_child_process_namespaceObject.execFile);
const isWindows = process.platform === 'win32';
/** What npm has no use for, and what its packages' registries must not see. */
const withheld = /^(?:INPUT_|STATE_|ACTIONS_|(?:GITHUB|GH)_TOKEN$|GITHUB_(?:ENV|OUTPUT|PATH|STATE)$)/;
/**
 * Fetches a package's tarball; answers with its path. Nothing of it is unpacked or run.
 * Throws `server-start-failed` where there is no npm, or where it fails.
 */
async function fetchTarball(npm, spec, signal) {
    await runNpm(npm, ['pack', spec, '--ignore-scripts', '--silent'], `fetch ${spec}`, signal);
    const tarball = (await (0,promises_namespaceObject.readdir)(npm.folder)).find((name) => name.endsWith('.tgz'));
    if (tarball !== undefined)
        return (0,external_node_path_namespaceObject.join)(npm.folder, tarball);
    throw failed(`npm fetched no tarball for ${spec}.`);
}
/** The integrity (`sha512-...`) that the registry gives for a package's exact version. */
async function fetchIntegrity(npm, spec, signal) {
    const asked = ['view', spec, 'dist.integrity', '--json'];
    const output = await runNpm(npm, asked, `look up ${spec}`, signal);
    const integrity = /"(sha512-[A-Za-z0-9+/=]+)"/.exec(output)?.[1];
    if (integrity !== undefined)
        return integrity;
    throw failed(`The npm registry gives no sha512 for ${spec}.`);
}
/** A file's sha512, written as npm writes integrity. */
async function integrityOf(path, signal) {
    const hash = (0,external_node_crypto_namespaceObject.createHash)('sha512');
    await (0,external_node_stream_promises_namespaceObject.pipeline)((0,external_node_fs_.createReadStream)(path), hash, { signal });
    return `sha512-${hash.digest('base64')}`;
}
/** Unpacks a tarball in its own folder; tar gets no path, for Windows' drive letters look like hosts to it. */
async function unpack(folder, tarball, signal) {
    try {
        await run('tar', ['-xzf', tarball], { cwd: folder, signal });
    }
    catch (error) {
        signal.throwIfAborted();
        throw failed(`OpenCode's package could not be unpacked: ${(0,errors/* messageOf */.bD)(error)}.`, error);
    }
}
async function runNpm(npm, args, attempted, signal) {
    const env = Object.fromEntries(Object.entries(npm.env).filter(([name]) => !withheld.test(name)));
    try {
        // `npm.cmd` runs in a shell only; no argument holds more than letters, digits, dots and dashes.
        const options = { cwd: npm.folder, env, signal, shell: isWindows };
        const { stdout } = await run(isWindows ? 'npm.cmd' : 'npm', args, options);
        return stdout;
    }
    catch (error) {
        signal.throwIfAborted();
        throw failed(`npm could not ${attempted}: ${complaintOf(error)}.`, error);
    }
}
/** What npm says went wrong, from the first of its error lines on, short. */
function complaintOf(error) {
    const { code, stderr } = isRecord(error) ? error : {};
    if (code === 'ENOENT')
        return 'there is no `npm` on `PATH`';
    const lines = (typeof stderr === 'string' ? stderr : '')
        .split('\n')
        .filter((line) => /^npm err/i.test(line));
    const said = lines.map((line) => line.replace(/^npm err(?:or)?!?\s*/i, '')).join(' ');
    return (0,errors/* messageOf */.bD)(said === '' ? error : said).slice(0, 300);
}
function failed(message, cause) {
    return new errors/* ActionError */.lZ('server-start-failed', message, {
        hint: 'Set `opencode-path` to an OpenCode binary that is already there, or see to npm and its registry settings.',
        cause,
    });
}

;// CONCATENATED MODULE: ./build/opencode/pins.js
/** Taken where a platform has no pin of its own. */
const pinnedVersion = '1.18.33';
/** Versions differ: the registry does not carry every platform at every version. */
const pins = {
    'opencode-linux-x64': {
        version: '1.18.33',
        integrity: 'sha512-q/t/3p2CTxOT9y2kvjesb/LZab2+1eqlhhWA02Be6mjTtmYtNBcBsrI5yDo4Fw7ZSPBW2oyMIGMNRqiKQjiAWw==',
    },
    'opencode-linux-x64-baseline': {
        version: '1.18.33',
        integrity: 'sha512-1KQGBiiDDeL/VHHbHkOvvFo8Jr97WT5+C1tear+p7IcDTnXgVHXqIjU4O4jM4mHQzykTP2i884FCnW5LDa+zCA==',
    },
    'opencode-linux-x64-musl': {
        version: '1.18.32',
        integrity: 'sha512-ktS7x5Ms+sVMCAb2oRpPKGk10isRjHkwBz6ordNOlx0epx6JQPsTydzJmpLBSdsiFAkfmZoBiYayKDXXU+rwXA==',
    },
    'opencode-linux-x64-baseline-musl': {
        version: '1.18.32',
        integrity: 'sha512-HGa9YBUBdc+qAyC9U8zXUht5qbTufOABOfSwmhukmzl9uMtuGoUovCzilwxytH0mTr/prUT/LAqWcXXoPXjRoA==',
    },
    'opencode-linux-arm64': {
        version: '1.18.18',
        integrity: 'sha512-e8D3g0qJEIzawEg2+ygW3vkZjAYL2ssyAx4GbihjwXwZFvlZZy5zRWWzdz5KLBoHSTl0FB73vNtnNeXONyHpVQ==',
    },
    'opencode-linux-arm64-musl': {
        version: '1.18.18',
        integrity: 'sha512-Dp3XByFRRZngPAQotNbOwr22HgZej4r9Ck0Iv/rOVU+oO5fLD9YSpHEwx80FTZOZmFmd/vriCdrR/dGdzabICw==',
    },
    'opencode-windows-x64': {
        version: '1.18.32',
        integrity: 'sha512-9uy0owugtP9nkuylzN9+O9zWUIxt4X+KYwsREVk4G27PCfxccj+xIT7yxO9hCVtrF+DVgiJ59xDpiANE9UZrrQ==',
    },
};
/** The pin of a platform's package. */
function pinOf(packageName) {
    return pins[packageName] ?? { version: pinnedVersion, integrity: undefined };
}

;// CONCATENATED MODULE: ./build/opencode/platform.js

/** The machine that this runs on. */
function thisPlatform() {
    const { platform: os, arch } = process;
    const isLinux = os === 'linux';
    return {
        os,
        arch,
        isMusl: isLinux && isMusl(external_node_fs_.existsSync, arch),
        hasAvx2: !isLinux || arch !== 'x64' || /\bavx2\b/.test((0,external_node_fs_.readFileSync)('/proc/cpuinfo', 'utf8')),
    };
}
/**
 * The npm package that holds OpenCode's binary for a platform; undefined where there is none.
 * Where the processor has no AVX2 it is `-baseline`, where the system's libc is musl `-musl`.
 */
function packageFor({ os, arch, isMusl, hasAvx2 }) {
    const system = new Map([
        ['linux', 'linux'],
        ['darwin', 'darwin'],
        ['win32', 'windows'],
    ]).get(os);
    if (system === undefined || (arch !== 'x64' && arch !== 'arm64'))
        return undefined;
    const baseline = arch === 'x64' && !hasAvx2 ? '-baseline' : '';
    return `opencode-${system}-${arch}${baseline}${isMusl ? '-musl' : ''}`;
}
/**
 * Whether the system's libc is musl: Alpine, or a musl loader and none of glibc's (a Debian with
 * the package `musl` has both).
 */
function isMusl(exists, arch) {
    if (exists('/etc/alpine-release'))
        return true;
    const [musl, glibc] = arch === 'arm64'
        ? ['/lib/ld-musl-aarch64.so.1', '/lib/ld-linux-aarch64.so.1']
        : ['/lib/ld-musl-x86_64.so.1', '/lib64/ld-linux-x86-64.so.2'];
    return exists(musl) && !exists(glibc);
}
/** The binary's name on a platform. */
function binaryName(os) {
    return os === 'win32' ? 'opencode.exe' : 'opencode';
}

;// CONCATENATED MODULE: ./build/opencode/install.js







const binary = binaryName(process.platform);
/**
 * Path of an OpenCode binary: the one given, the one on `PATH`, or one from its platform's npm
 * package, whose sha512 was checked before it was unpacked.
 * Throws `invalid-input` for a path that cannot be run, `server-start-failed` for the rest.
 */
async function findBinary(options) {
    if (options.path !== undefined)
        return await checkGiven(options.path);
    if (options.version === 'installed')
        return await findInstalled(options.env);
    const release = releaseFor(options);
    const folders = [options.toolCache, options.temp]
        .filter((root) => root !== '')
        .map((root) => (0,external_node_path_namespaceObject.join)(root, 'mention-loop-opencode', release.version, release.packageName));
    for (const folder of folders) {
        if (await isRunnable(binaryIn(folder)))
            return binaryIn(folder);
    }
    return await install(release, await firstWritable(folders), options);
}
async function checkGiven(path) {
    if (await isRunnable(path))
        return path;
    throw new errors/* ActionError */.lZ('invalid-input', `The input \`opencode-path\` is "${path}", and there is no file there that can be run.`, {
        hint: 'Expected the path of an OpenCode binary.',
    });
}
async function findInstalled(env) {
    const folders = (env['PATH'] ?? env['Path'] ?? '').split(external_node_path_namespaceObject.delimiter).filter((name) => name !== '');
    for (const folder of folders) {
        const path = (0,external_node_path_namespaceObject.join)(folder, binary);
        if (await isRunnable(path))
            return path;
    }
    throw new errors/* ActionError */.lZ('server-start-failed', `There is no \`${binary}\` on \`PATH\`, and \`opencode-version\` is \`installed\`.`, {
        hint: 'Install OpenCode in an earlier step, give `opencode-path`, or leave `opencode-version` empty.',
    });
}
function releaseFor({ version, warn }) {
    const platform = thisPlatform();
    const packageName = packageFor(platform);
    if (packageName === undefined) {
        throw new errors/* ActionError */.lZ('server-start-failed', `OpenCode has no package for ${platform.os} on ${platform.arch}.`, {
            hint: 'Give `opencode-path`, or attach to a server with `server-url`.',
        });
    }
    const pin = pinOf(packageName);
    const isPinned = version === undefined || version === pin.version;
    const release = isPinned
        ? { packageName, ...pin }
        : { packageName, version, integrity: undefined };
    if (release.integrity === undefined) {
        warn(`${packageName} ${release.version} is not pinned in this action: it is checked against what the npm registry says of it, and nothing else.`);
    }
    return release;
}
/**
 * Fetches, checks and unpacks beside the final folder, then renames: what is there is complete,
 * whatever became of other runs. Answers with the binary's path.
 */
async function install(release, folder, options) {
    const { signal } = options;
    const spec = `${release.packageName}@${release.version}`;
    const work = await (0,promises_namespaceObject.mkdtemp)(`${folder}.`);
    try {
        const npm = { folder: work, env: options.env };
        options.progress(`Installing OpenCode ${release.version}`);
        const expected = release.integrity ?? (await fetchIntegrity(npm, spec, signal));
        const tarball = await fetchTarball(npm, spec, signal);
        await install_check(spec, tarball, expected, signal);
        await unpack(work, (0,external_node_path_namespaceObject.basename)(tarball), signal);
        await keep((0,external_node_path_namespaceObject.join)(work, 'package'), folder);
        return binaryIn(folder);
    }
    finally {
        await (0,promises_namespaceObject.rm)(work, { recursive: true, force: true });
    }
}
/** The tool cache may be somebody else's to write; the runner's temporary folder never is. */
async function firstWritable(folders) {
    for (const folder of folders) {
        try {
            await (0,promises_namespaceObject.mkdir)((0,external_node_path_namespaceObject.dirname)(folder), { recursive: true });
            await (0,promises_namespaceObject.access)((0,external_node_path_namespaceObject.dirname)(folder), external_node_fs_.constants.W_OK);
            return folder;
        }
        catch {
            // The next one, then.
        }
    }
    throw new errors/* ActionError */.lZ('server-start-failed', 'OpenCode cannot be installed: neither the tool cache nor the temporary folder can be written.', {
        hint: 'See to `RUNNER_TOOL_CACHE` and `RUNNER_TEMP`, or give `opencode-path`.',
    });
}
async function install_check(spec, tarball, expected, signal) {
    if ((await integrityOf(tarball, signal)) === expected)
        return;
    throw new errors/* ActionError */.lZ('server-start-failed', `What npm fetched as ${spec} does not have the checksum that it must have; it was not unpacked.`, {
        hint: 'Look at what the npm registry in use serves, or give `opencode-path`.',
    });
}
/** Another run may have been quicker: then its folder is as good as ours. */
async function keep(unpacked, folder) {
    try {
        await (0,promises_namespaceObject.rename)(unpacked, folder);
    }
    catch (error) {
        if (!(await isRunnable(binaryIn(folder))))
            throw error;
    }
}
function binaryIn(folder) {
    return (0,external_node_path_namespaceObject.join)(folder, 'bin', binary);
}
async function isRunnable(path) {
    try {
        await (0,promises_namespaceObject.access)(path, external_node_fs_.constants.X_OK);
        return (await (0,promises_namespaceObject.stat)(path)).isFile();
    }
    catch {
        return false;
    }
}

;// CONCATENATED MODULE: external "node:timers/promises"
const external_node_timers_promises_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:timers/promises");
;// CONCATENATED MODULE: ./build/limits.js
/**
 * Every number the action lives by: its unit is in its name, its reason and source beside it.
 * Sizes in `Chars` are UTF-16 code units, as GitHub counts them; `Bytes` are UTF-8.
 */
/** GitHub refuses a comment of 65,537 characters with 422; the rest is room for marker and summary. */
const commentChars = 65_536;
/** Room in every comment for what is hidden in it: whose it is, and of which session. */
const markerChars = 1_500;
/** An answer longer than this many comments goes on in the step summary (contract). */
const commentsPerAnswer = 5;
/** The runner drops a step summary over 1 MiB whole, and an output over 1 MiB fails the step. */
const summaryBytes = (/* unused pure expression or super */ null && (900 * 1024));
/** The same bound for the output `response`. */
const responseBytes = (/* unused pure expression or super */ null && (900 * 1024));
/** The progress comment is first written this long after the start (contract). */
const progressAfterMs = 10_000;
/**
 * Pause between two edits of the progress comment: 80 content-creating requests a minute and 500 an
 * hour are GitHub's secondary limit, shared by all runs of a token; 15 s is 240 an hour.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
const progressEveryMs = 15_000;
/** How much of what the agent has written the progress comment shows, from its end. */
const progressTailChars = 1_500;
/** Between SIGINT and SIGTERM the runner leaves 7.5 s, and then 2.5 s more: we are done in 5. */
const cleanupMs = 5_000;
/** A run that was told to stop, and did not within this, is left to `post`: before SIGTERM comes. */
const endingMs = 7_000;
/** Of `cleanupMs`, this much goes to stopping the session and reading what it wrote; GitHub gets the rest. */
const abandonMs = 2_000;
/** Of `cleanupMs`, after this much git is told to stop putting the workspace back: `post` does it then. */
const restoreMs = 4_500;
/** What delivering a reply may take while nobody hurries us: GitHub's retries and pauses included. */
const deliveryMs = (/* unused pure expression or super */ null && (4 * 60_000));
/** What reaction and label, if they are still being put on when the run ends, get in addition. */
const signsMs = 1_000;
/** What `post` may take; the runner leaves about five minutes after a cancel. */
const recoverMs = (/* unused pure expression or super */ null && (4 * 60_000));
/** Of `recoverMs`, this much at most goes to stopping the session and reading what it wrote. */
const recordMs = 8_000;
/** Of `recoverMs`, this much at most goes to the answer, so that label and reaction get the rest. */
const redeliveryMs = (/* unused pure expression or super */ null && (3 * 60_000));
/** OpenCode prints its address 0.6 to 2 s after it was started; a busy runner needs more. */
const serverStartMs = 60_000;
/** SIGTERM first, SIGKILL to the whole process group after this. */
const serverStopMs = 1_500;
/** One command as root (a user made, modes changed) takes some 20 ms; a busy runner needs more. */
const privilegedMs = 20_000;
/** Handing a workspace to the agent, and back, takes a second for some 200,000 files. */
const ownershipMs = (/* unused pure expression or super */ null && (5 * 60_000));
/** The list of users is locked while another run writes it: tried this often, 100 ms apart. */
const accountTries = 50;
/** Server output kept for the message when it does not start. */
const serverLogChars = 4_000;
/** One request to OpenCode or GitHub takes no longer than this. */
const requestMs = 30_000;
/**
 * The first call for a directory makes OpenCode load the project, and install its plugins over the
 * network: that may take minutes.
 */
const projectMs = 120_000;
/**
 * While a session is being opened, a call that fails is repeated for this long: a proxy that reloads
 * is back within seconds, and who gave a wrong address should not wait for longer.
 */
const attachMs = 4_000;
/** A workspace on a server that another run is just done with is free within seconds. */
const workspaceBusyMs = 60_000;
/** OpenCode sends a heartbeat every 10 s: a stream without a byte for 30 s is dead. */
const streamSilenceMs = 30_000;
/** A lost event stream is given this long to come back before the run gives up (`stream-ended`). */
const reconnectMs = 60_000;
/** A model's provider that fails so often in a row, without a word in between, is given up. */
const providerRetries = 5;
/** Longest pause between two attempts to connect again. */
const reconnectPauseMs = 8_000;
/** The longest event that is read; a larger one is taken for garbage. */
const eventBytes = (/* unused pure expression or super */ null && (64 * 1024 * 1024));
/** The journal is at most this far behind what the agent wrote. */
const journalEveryMs = 400;
/** The largest `timeout-minutes`: five days, the longest a job on a self-hosted runner may take. */
const timeoutMaxMinutes = 7_200;
/** `AbortSignal.timeout` above 2^31 - 1 ms fires at once. */
const timerMaxMs = (/* unused pure expression or super */ null && (2 ** 31 - 1));
/** What of the conversation goes into the prompt: newest first, until this many characters. */
const threadChars = 120_000;
/** What of a pull request's diff goes into the prompt: whole files, until this many characters. */
const diffChars = 200_000;
/** Files left out of the diff that the prompt names; the rest are counted. */
const namedFiles = 100;
/** Commits that a session is told of by name where several were pushed since; the others are counted. */
const newCommits = 50;
/** GitHub lists no more of a pull request's files. https://docs.github.com/rest/pulls/pulls */
const diffFilesMax = 3_000;
/** GitHub's own page size limit. */
const pageSize = 100;
/** Comments read at most; the newest count. */
const threadComments = 1_000;
/** A read is tried this often, and a write that is safe to repeat. */
const githubAttempts = 4;
/** Pause before the second try at GitHub; it doubles with every further one. */
const githubPauseMs = 500;
/** The longest `retry-after` that is waited for, inside the run's own deadline. */
const retryAfterMaxMs = 60_000;
/** One git command takes no longer than this: a large repository's fetch or checkout needs minutes. */
const gitMs = (/* unused pure expression or super */ null && (5 * 60_000));
/** The last look at a pull request's head, side by side with the end of the turn, takes no longer. */
const headLookMs = 5_000;
/** The same once the runner wants us gone: the agent is being stopped meanwhile (`abandonMs`). */
const headLookHurriedMs = 1_500;
/** Files that were set aside and are named to the agent and in the log; the rest are counted. */
const setAsideNamed = 20;
/** A lock of git's index that is still there after this was left by a git that was killed. */
const gitLockMs = 3_000;
/** What is kept of a git command's output; ours print a few lines. */
const gitOutputChars = 1_000_000;
/** How far this machine's clock may be ahead of GitHub's when comments are looked up by their time. */
const clockErrorMs = (/* unused pure expression or super */ null && (60 * 60_000));
/** What is said of hidden things makes a text longer by so many characters at most... */
const notesMinChars = 300;
/** ...and by this share of it, so that the prompt stays in its bounds. */
const notesShare = 0.5;
/** Looking for links takes quadratic time in one paragraph's brackets: 0.3 s for so many. */
const linkBrackets = 5_000;

;// CONCATENATED MODULE: ./build/redact/squeeze.js
/** White space, and the backslash that Markdown, JSON and shells put before a character. */
const spaces = [
    [0x09, 0x0d],
    [0x20, 0x20],
    [0x5c, 0x5c],
    [0x85, 0x85],
    [0xa0, 0xa0],
    [0x1680, 0x1680],
    [0x2000, 0x200a],
    [0x2028, 0x2029],
    [0x202f, 0x202f],
    [0x205f, 0x205f],
    [0x3000, 0x3000],
];
/**
 * What a page shows nothing of: soft hyphen, fillers, zero-width and steering characters, variation
 * selectors. https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
 */
const invisible = [
    [0xad, 0xad],
    [0x34f, 0x34f],
    [0x61c, 0x61c],
    [0x115f, 0x1160],
    [0x17b4, 0x17b5],
    [0x180b, 0x180f],
    [0x200b, 0x200f],
    [0x202a, 0x202e],
    [0x2060, 0x206f],
    [0x3164, 0x3164],
    [0xfe00, 0xfe0f],
    [0xfeff, 0xfeff],
    [0xffa0, 0xffa0],
];
/** The first half of every tag character and variation selector beyond U+FFFF (U+E0000 to U+E03FF). */
const highOfTags = 0xdb40;
const isSpace = 1;
const isInvisible = 2;
const kinds = new Uint8Array(65_536);
for (const [first, last] of spaces)
    kinds.fill(isSpace, first, last + 1);
for (const [first, last] of invisible)
    kinds.fill(isInvisible, first, last + 1);
/** A text without white space, backslashes and what is invisible. */
function squeeze(text) {
    return without(text, isSpace | isInvisible);
}
/** Whether a text holds anything that is invisible. */
function hidesAny(text) {
    for (let at = 0; at < text.length; at += 1) {
        const code = text.charCodeAt(at);
        if (code === highOfTags || kinds[code] === isInvisible)
            return true;
    }
    return false;
}
/** A text without what is invisible. */
function reveal(text) {
    return without(text, isInvisible);
}
function without(text, dropped) {
    const codes = new Uint16Array(text.length);
    const places = new Uint32Array(text.length);
    let length = 0;
    for (let at = 0; at < text.length; at += 1) {
        const code = text.charCodeAt(at);
        if (code === highOfTags && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00)
            at += 1;
        else if (((kinds[code] ?? 0) & dropped) === 0) {
            codes[length] = code;
            places[length] = at;
            length += 1;
        }
    }
    return { codes, places, length };
}
/** What is left of a text, as a string. */
function toText({ codes, length }) {
    return Buffer.from(codes.buffer, codes.byteOffset, length * 2).toString('utf16le');
}
/** The place before `end` where the last `count` code units of a squeezed text begin, or 0. */
function placeBefore(text, end, count) {
    let left = count;
    let at = end;
    while (at > 0 && left > 0) {
        at -= 1;
        if ((kinds[text.charCodeAt(at)] ?? 0) === 0)
            left -= 1;
    }
    return at;
}

;// CONCATENATED MODULE: ./build/redact/spellings.js

/** Shorter values are words of every day: taking them out would garble the text and hide nothing. */
const secretChars = 8;
/** A line of a longer secret must be longer than that: `"type": "x",` is no secret. */
const lineChars = 12;
/** Whether a value is long enough to be sought; what may be between its characters does not count. */
function spellings_isSought(secret) {
    return squeezed(secret).length >= secretChars;
}
/**
 * How a secret may be written, squeezed: as it is, escaped, backwards, in base64 (at each of the
 * three places where it may stand within a longer text, without the characters that its neighbours
 * share), base64url, hexadecimal, and escaped for an address; and so each line of it.
 * Empty where the secret is not sought.
 */
function spellingsOf(secret) {
    const whole = secret.trim().toWellFormed();
    if (!spellings_isSought(whole))
        return [];
    const lines = whole
        .split(/[\r\n]+/)
        .map((line) => line.trim())
        .filter((line) => squeezed(line).length >= lineChars && !line.startsWith('-----'));
    return [...new Set([whole, ...lines])]
        .flatMap((value) => [...textual(value), ...inBase64(value), ...inHex(value)])
        .map(squeezed)
        .filter((spelling) => spelling.length >= secretChars);
}
function squeezed(text) {
    return isSqueezed.test(text) ? text : toText(squeeze(text));
}
/** Most spellings by far: every process builds them before its first sign. */
const isSqueezed = /^[!-[\]-~]*$/;
function textual(value) {
    const inAddress = encodeURIComponent(value);
    const html = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    const attribute = html.replaceAll('"', '&quot;');
    return [
        value,
        Array.from(value).toReversed().join(''),
        JSON.stringify(value).slice(1, -1),
        html,
        attribute.replaceAll("'", '&#39;'),
        attribute.replaceAll("'", '&#x27;'),
        inAddress,
        inAddress.replaceAll(/%../g, (escape) => escape.toLowerCase()),
        new URLSearchParams([['', value]]).toString().slice(1),
    ];
}
/** RFC 4648, sections 4 and 5: three bytes are four characters, so that a place counts modulo 3. */
function inBase64(value) {
    const bytes = Buffer.byteLength(value);
    return [0, 1, 2].flatMap((before) => {
        const text = Buffer.from('\0'.repeat(before) + value).toString('base64');
        const own = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes) * 8) / 6));
        return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
    });
}
/** Dumps, and the escapes of addresses and of strings (`\x`, squeezed). */
function inHex(value) {
    const lower = Buffer.from(value).toString('hex');
    return [lower, lower.toUpperCase()].flatMap((bytes) => {
        const inAddress = bytes.replaceAll(/../g, '%$&');
        const withColons = inAddress.slice(1).replaceAll('%', ':');
        return [bytes, inAddress, withColons, inAddress.replaceAll('%', 'x')];
    });
}

;// CONCATENATED MODULE: ./build/redact/sources.js



/**
 * Every value that OpenCode or its agent may print and nobody may read: variables that look like a
 * secret or were let through as one, tokens and the passwords of addresses in any other, and the
 * texts of the configuration under names that look like a secret.
 */
function secretsOf({ env, agentEnv, config }) {
    const variables = Object.entries(env).flatMap(([name, value = '']) => valuesOf(value, agentEnv.includes(name) || isSecretName(name), env, /_proxy$/i.test(name)).map((secret) => ({ name, value: secret })));
    const configured = configSecrets(config, false, env);
    return [...variables, ...configured.map((value) => ({ name: 'opencode-config', value }))].filter(({ value }) => value.trim() !== '');
}
/** The names of those that are too short to be sought; what can be no secret is none. */
function namesOfShort(secrets) {
    const short = secrets.filter(({ value }) => !isSought(value) && !/^\s*(?:true|false|\d{0,6})\s*$/i.test(value));
    return [...new Set(short.map(({ name }) => name))];
}
function valuesOf(value, isSecret, env, isProxy) {
    const inside = [
        ...(isProxy || value.includes('://') ? passwordsOf(value) : []),
        ...tokenShapes.flatMap((shape) => value.match(shape) ?? []),
        ...(/authorization:\s*(?:basic|bearer)\s+(\S+)/i.exec(value)?.slice(1) ?? []),
        // A service account's key, or a configuration in a variable.
        ...(value.trimStart().startsWith('{') ? configSecrets(sources_parse(value), false, env) : []),
    ];
    return isSecret ? [value, ...inside] : inside;
}
function sources_parse(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
/** All texts below a secret name count: `headers` holds its secrets under names like any. */
function configSecrets(value, isSecret, env) {
    if (typeof value === 'string') {
        const inAddress = value.includes('://') ? passwordsOf(value) : [];
        return isSecret ? [...secretTexts(value, env), ...inAddress] : inAddress;
    }
    if (typeof value !== 'object' || value === null)
        return [];
    return Object.entries(value).flatMap(([name, member]) => configSecrets(member, isSecret || isSecretField(name), env));
}
function isSecretField(name) {
    return isSecretName(name) || /^headers?$|authorization/i.test(name);
}
/** `{env:NAME}` stands for a variable; that is its secret then. https://opencode.ai/docs/config */
function secretTexts(text, env) {
    const names = [...text.matchAll(/\{env:([^}]+)\}/g)].map((match) => match[1] ?? '');
    if (names.length > 0)
        return names.flatMap((name) => env[name] ?? []);
    return [text, text.replace(/^(?:basic|bearer)\s+/i, '')];
}
/**
 * `user:password` of an address, and the password alone, in plain letters too; a proxy may be given
 * without a scheme.
 */
function passwordsOf(address) {
    const pair = /^(?:[a-z][\w+.-]*:\/\/)?([^\s:@/]*:\S+)@[^\s@]*$/i.exec(address)?.[1];
    if (pair === undefined)
        return [];
    const password = pair.slice(pair.indexOf(':') + 1);
    return [...new Set([pair, password, unescaped(password)])];
}
function unescaped(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return text;
    }
}

;// CONCATENATED MODULE: ./build/opencode/config-error.js


const configErrorShape = object({
    name: pipe(string(), regex(/^Config\w*Error$/)),
    data: object({
        path: string(),
        issues: optional(array(object({ path: array(union([string(), number()])), message: string() })), []),
    }),
});
/** Issues that are named; one wrong word can break many fields. */
const mostIssues = 3;
/** What a message says of the value that was found is left out: it may be a key. */
const foundValue = /, got .*$/s;
/**
 * What OpenCode 1.18 answers (400) to every call while it cannot use its configuration, as an error
 * that names the file and the field; undefined for any other body. No value of it is quoted.
 */
function readConfigError(body) {
    const read = safeParse(pipe(string(), parseJson(), configErrorShape), body);
    if (!read.success)
        return undefined;
    const { path, issues } = read.output.data;
    const named = issues
        .slice(0, mostIssues)
        .map((issue) => `\`${issue.path.join('.')}\`: ${issue.message.replace(foundValue, '')}`);
    const what = named.length === 0 ? 'it is no valid JSON' : named.join('; ');
    return new errors/* ActionError */.lZ('invalid-input', `OpenCode cannot use its configuration in \`${path}\`: ${what}.`, {
        hint: 'Correct it there; `OPENCODE_CONFIG_CONTENT` is what the input `opencode-config` gives.',
    });
}

;// CONCATENATED MODULE: ./build/opencode/client.js




/**
 * Sends one call and answers with whatever status came, redirects included: they are not followed,
 * for the credentials would go with them.
 * Throws `signal.reason` where the signal fired, and `server-unreachable` (retryable) where nothing
 * answered within `requestMs` (`projectMs` where the call loads the project).
 */
async function send(address, call, signal) {
    return (await exchange(address, call, signal)).status;
}
/**
 * Sends one call and reads its JSON (undefined for an empty body).
 * Besides what `send` throws: `server-unauthorized` for 401 and 403, by the number alone, and
 * what `refusal` makes of every other status that is no success.
 */
async function request(address, call, signal) {
    return readAnswer(address, call, await exchange(address, call, signal));
}
/** The JSON of an answer that came, undefined for an empty one; throws as `request` does. */
function readAnswer(address, call, { status, body }) {
    if (status < 200 || status > 299)
        throw refusal(address, call, status, body);
    try {
        return body === '' ? undefined : JSON.parse(body);
    }
    catch (error) {
        throw new errors/* ActionError */.lZ('server-unreachable', `What answers at ${address.url} is not OpenCode's API: ${client_name(call)} gave no JSON.`, {
            hint: 'Check `server-url`, and that no proxy answers in its place.',
            cause: error,
        });
    }
}
/**
 * The error for a status that is no success, by the number: words in the body decide nothing, but
 * for 400, where it may say that OpenCode's configuration is wrong.
 */
function refusal(address, call, status, body = '') {
    const wrongConfig = status === 400 ? readConfigError(body) : undefined;
    if (wrongConfig !== undefined)
        return wrongConfig;
    if (status === 401 || status === 403) {
        return new errors/* ActionError */.lZ('server-unauthorized', `The server at ${address.url} refused our credentials with status ${status}.`, {
            hint: status === 401
                ? 'Check `server-token`, or `server-username` and `server-password`.'
                : 'Check `server-token`, or `server-username` and `server-password`, and that `server-directory` is one that the server lets be used (`--root` of `serve`).',
        });
    }
    if (status >= 300 && status < 400) {
        return new errors/* ActionError */.lZ('server-unreachable', `The server at ${address.url} redirects (status ${status}); credentials are not sent on to another address.`, {
            hint: 'Give the address it redirects to as `server-url`.',
        });
    }
    return new errors/* ActionError */.lZ('server-unreachable', `The OpenCode server answered ${client_name(call)} with status ${status}.`, {
        hint: status >= 500
            ? "Look at the server's log."
            : 'Is it OpenCode 1.18 or later in the 1 series?',
        retryable: status >= 500 || status === 429,
    });
}
const addressHint = 'See that the server is up, and where `server-url` is given that the address is right.';
const projectHint = 'OpenCode loads the project first, and installs its plugins: see that they can be downloaded where it runs, and what its log says.';
/** The error where nothing answered; `signal.reason` itself where the signal fired. */
function unreachable(address, call, thrown, signal) {
    if (signal.aborted)
        return signal.reason;
    const isTimeout = isRecord(thrown) && thrown['name'] === 'TimeoutError';
    const what = isTimeout ? `no answer within ${limitOf(call) / 1000} s` : reasonOf(thrown);
    return new errors/* ActionError */.lZ('server-unreachable', `The OpenCode server at ${address.url} could not be reached (${client_name(call)}): ${what}.`, {
        hint: isTimeout && call.loadsProject ? projectHint : addressHint,
        retryable: true,
        cause: thrown,
    });
}
/** The whole address of a call, the directory included. */
function urlOf(address, call) {
    const url = new URL(address.url + call.path);
    for (const [key, value] of Object.entries(call.query ?? {}))
        url.searchParams.set(key, value);
    if (address.directory !== undefined)
        url.searchParams.set('directory', address.directory);
    return url;
}
/** Sends one call and answers with whatever status and body came; throws what `send` throws. */
async function exchange(address, call, signal) {
    signal.throwIfAborted();
    const hasBody = call.body !== undefined;
    try {
        const response = await fetch(urlOf(address, call), {
            method: call.method,
            headers: { ...address.headers, ...(hasBody && { 'content-type': 'application/json' }) },
            ...(hasBody && { body: JSON.stringify(call.body) }),
            redirect: 'manual',
            signal: AbortSignal.any([signal, AbortSignal.timeout(limitOf(call))]),
        });
        const { status, headers } = response;
        const [retryAfter, nextCursor] = [headers.get('retry-after'), headers.get('x-next-cursor')];
        return { status, body: await response.text(), retryAfter, nextCursor };
    }
    catch (error) {
        throw unreachable(address, call, error, signal);
    }
}
function limitOf({ loadsProject }) {
    return loadsProject ? projectMs : requestMs;
}
function client_name(call) {
    return `${call.method} ${call.path}`;
}
/** What `fetch` says lies in its cause, or in the first of several: `fetch failed` alone helps nobody. */
function reasonOf(thrown) {
    if (!isRecord(thrown))
        return (0,errors/* messageOf */.bD)(thrown);
    if (Array.isArray(thrown['errors']))
        return reasonOf(thrown['errors'][0]);
    return thrown['cause'] === undefined ? (0,errors/* messageOf */.bD)(thrown) : reasonOf(thrown['cause']);
}

;// CONCATENATED MODULE: ./build/opencode/retry.js



/** First pause before another try; each is twice as long as the one before. */
const firstPauseMs = 250;
/**
 * Asks, and asks again with growing pauses while it fails in a way that may pass (`retryable`), until
 * `attachMs` after the first failure: then the last error is thrown, and any other one at once.
 * Throws `signal.reason` where the signal fired. Only for what may be done twice.
 */
async function retry(ask, signal) {
    let giveUpAt = Infinity;
    for (let pauseMs = firstPauseMs;; pauseMs *= 2) {
        try {
            return await ask();
        }
        catch (error) {
            signal.throwIfAborted();
            if (!(error instanceof errors/* ActionError */.lZ) || !error.retryable)
                throw error;
            giveUpAt = Math.min(giveUpAt, performance.now() + attachMs);
            if (performance.now() + pauseMs > giveUpAt)
                throw error;
        }
        await (0,external_node_timers_promises_namespaceObject.setTimeout)(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
}

;// CONCATENATED MODULE: ./build/opencode/health.js




/**
 * The version of the server at an address, asked for again where that may help. Throws what `request` throws, and `server-unreachable`
 * where something else than OpenCode answers.
 */
async function fetchVersion(address, signal) {
    const call = { method: 'GET', path: '/global/health' };
    const health = await retry(() => request({ ...address, directory: undefined }, call, signal), signal);
    if (isRecord(health) && typeof health['version'] === 'string')
        return health['version'];
    throw new errors/* ActionError */.lZ('server-unreachable', `What answers at ${address.url} is not OpenCode: it does not know ${call.path}.`, {
        hint: 'Check `server-url`: it must lead to `opencode serve`.',
    });
}

;// CONCATENATED MODULE: ./build/redact/ranges.js
/** What stands where a secret was. */
const mark = '***';
/** The same stretches in order; those that overlap or touch are one. */
function ranges_merge(ranges) {
    const merged = [];
    for (const { from, to } of ranges.toSorted((one, other) => one.from - other.from)) {
        const last = merged.at(-1);
        if (last === undefined || from > last.to)
            merged.push({ from, to });
        else
            last.to = Math.max(last.to, to);
    }
    return merged;
}
/** The text between `from` and `to` with `mark` in the place of these stretches, as `merge` has them. */
function cover(text, ranges, { from, to } = { from: 0, to: text.length }) {
    let covered = '';
    let at = from;
    for (const range of ranges) {
        if (range.to <= from || range.from >= to)
            continue;
        covered += text.slice(at, Math.max(at, range.from)) + mark;
        at = range.to;
    }
    return at < to ? covered + text.slice(at, to) : covered;
}

;// CONCATENATED MODULE: ./build/redact/search.js
/** Texts are looked for by their first code units; no text that is sought is shorter. */
const gram = 4;
const { imul } = Math;
/** Prepares looking for texts of `gram` code units or more. */
function createIndex(sought) {
    const index = { isBeginning: new Uint8Array(65_536), byBeginning: new Map() };
    for (const text of new Set(sought)) {
        const hash = hashOf(text.charCodeAt(0), text.charCodeAt(1), text.charCodeAt(2), text.charCodeAt(3));
        index.isBeginning[hash] = 1;
        const known = index.byBeginning.get(hash);
        if (known === undefined)
            index.byBeginning.set(hash, [text]);
        else
            known.push(text);
    }
    return index;
}
/** Where in a text those of an index stand, in places of the squeezed text; one pass. */
function search({ isBeginning, byBeginning }, squeezed) {
    const { codes, length } = squeezed;
    const found = { ranges: [], openAt: length, isMost: false };
    let [second = 0, third = 0, fourth = 0] = codes;
    for (let from = 0; from + gram <= length; from += 1) {
        const first = second;
        second = third;
        third = fourth;
        fourth = codes[from + gram - 1] ?? 0;
        const hash = hashOf(first, second, third, fourth);
        if (isBeginning[hash] === 1)
            for (const text of byBeginning.get(hash) ?? [])
                compare(text, squeezed, from, found);
    }
    return found;
}
function hashOf(first, second, third, fourth) {
    const pair = imul(first, 31) + second;
    return imul(imul(pair, 961) + imul(third, 31) + fourth, 0x9e3779b1) >>> 16;
}
function compare(text, { codes, length }, from, found) {
    const most = Math.min(text.length, length - from);
    let same = 0;
    while (same < most && codes[from + same] === text.charCodeAt(same))
        same += 1;
    if (same === text.length)
        found.ranges.push({ from, to: from + same });
    else if (same === most && same >= gram) {
        found.openAt = Math.min(found.openAt, from);
        found.isMost ||= same >= 2 * gram && same * 2 >= text.length;
    }
}

;// CONCATENATED MODULE: ./build/redact/redactor.js





/**
 * Makes what takes these secrets out, in all of their spellings, white space or not, and the tokens
 * and private keys that are known by their shape. Secrets under `secretChars` are not sought.
 */
function createRedactor(secrets) {
    const index = createIndex([...new Set(secrets)].flatMap(spellingsOf));
    const find = (text) => {
        const squeezed = squeeze(text);
        const { ranges, openAt, isMost } = search(index, squeezed);
        const { places, length } = squeezed;
        const shapes = shapesOf(text);
        const all = ranges_merge([...ranges.map((range) => placed(range, places)), ...shapes.ranges]);
        const begun = openAt < length ? (places[openAt] ?? 0) : text.length;
        const open = Math.min(begun, shapes.openAt);
        const around = all.find(({ from, to }) => from < open && open < to);
        return { ranges: all, openAt: around?.from ?? open, isMost };
    };
    return {
        find,
        redact: (text) => {
            const { ranges } = find(text);
            return ranges.length === 0 ? text : cover(text, ranges);
        },
    };
}
/** Shapes hold no white space, but may be broken up by what nobody sees. */
function shapesOf(text) {
    if (!hidesAny(text))
        return shapesIn(text);
    const seen = reveal(text);
    const { places } = seen;
    const { ranges, openAt } = shapesIn(toText(seen));
    return {
        ranges: ranges.map((range) => placed(range, places)),
        openAt: openAt < seen.length ? (places[openAt] ?? 0) : text.length,
    };
}
/** A shape that reaches the text's end may go on behind it. */
function shapesIn(text) {
    const ranges = findShapes(text);
    const atEnd = ranges.filter(({ to }) => to === text.length).map(({ from }) => from);
    return { ranges, openAt: Math.min(findOpenShape(text), ...atEnd) };
}
function placed({ from, to }, places) {
    return { from: places[from] ?? 0, to: (places[to - 1] ?? 0) + 1 };
}

;// CONCATENATED MODULE: ./build/opencode/log.js





/** Where a server of ours prints to, while it runs. */
function log_logPathOf(temp, mark) {
    return (0,external_node_path_namespaceObject.join)(temp, `mention-loop-opencode-${mark}.log`);
}
/** The address that a server of ours says it listens on, which is on loopback. */
function log_readAddress(output) {
    return /listening on (http:\/\/127\.0\.0\.1:\d+)\b/.exec(output)?.[1];
}
/** The last `serverLogChars` of a file; empty where there is none. */
function readTail(path) {
    return readPiece(path, (size) => Math.max(0, size - serverLogChars));
}
/** The first `serverLogChars` of a file; empty where there is none. */
function log_readHead(path) {
    return readPiece(path, () => 0);
}
function readPiece(path, startOf) {
    let file;
    try {
        file = (0,external_node_fs_.openSync)(path, 'r');
        const { size } = (0,external_node_fs_.fstatSync)(file);
        const bytes = Buffer.alloc(Math.min(size, serverLogChars));
        (0,external_node_fs_.readSync)(file, bytes, 0, bytes.length, startOf(size));
        return bytes.toString('utf8');
    }
    catch {
        return '';
    }
    finally {
        if (file !== undefined)
            (0,external_node_fs_.closeSync)(file);
    }
}
/** A server's output as a sentence for an error message, without colours and without these secrets. */
function describeLog(output, secrets) {
    const clean = createRedactor(secrets).redact((0,external_node_util_namespaceObject.stripVTControlCharacters)(output).trim());
    return clean === '' ? 'It printed nothing.' : `Its last output:\n${clean}`;
}

;// CONCATENATED MODULE: ./build/opencode/processes.js

/** All processes that are alive, zombies left out; empty where there is no `/proc`. */
function processes_listProcesses() {
    return folders().flatMap((pid) => readProcess(pid) ?? []);
}
/**
 * One process, or undefined where it is gone or a zombie.
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
function readProcess(pid) {
    const stat = readText(pid, 'stat');
    // The name in parentheses may hold spaces and parentheses of its own.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, parent, startedAt] = [fields[0], fields[1], fields[19]];
    if (state === undefined || parent === undefined || startedAt === undefined)
        return undefined;
    return 'ZX'.includes(state) ? undefined : { pid, parent: Number(parent), startedAt };
}
/** What a process was started with as the variable `name`; undefined: nothing, or not ours to read. */
function processes_readVariable(pid, name) {
    return processes_variableIn(readText(pid, 'environ'), name);
}
/** The first variable `name` in what `/proc/PID/environ` says, or several of them. */
function processes_variableIn(environ, name) {
    const entry = environ.split('\0').find((line) => line.startsWith(`${name}=`));
    return entry?.slice(name.length + 1);
}
/** A process and all that descend from it, as far as their line is unbroken. */
function descendantsOf(root, all) {
    const children = all.filter(({ parent }) => parent === root.pid);
    return [root, ...children.flatMap((child) => descendantsOf(child, all))];
}
function folders() {
    try {
        return (0,external_node_fs_.readdirSync)('/proc')
            .filter((name) => /^\d+$/.test(name))
            .map(Number);
    }
    catch {
        return [];
    }
}
function readText(pid, file) {
    try {
        return (0,external_node_fs_.readFileSync)(`/proc/${pid}/${file}`, 'utf8');
    }
    catch {
        return '';
    }
}

;// CONCATENATED MODULE: ./build/opencode/stop.js





/**
 * The variable that marks a server of ours and, by inheritance, all that it starts; its value is
 * random for each server.
 */
const stop_markName = 'MENTION_LOOP_SERVER';
/** What OpenCode is started with: port 0 is a free one. */
const serveArgs = ['serve', '--hostname', '127.0.0.1', '--port', '0'];
const stop_run = (0,external_node_util_namespaceObject.promisify)(external_node_child_process_namespaceObject.execFile);
const pollMs = 20;
/** A process may start another one while it is being ended: the marked ones are looked for again. */
const rounds = 5;
/**
 * Ends a server of ours and what it started, also what left its process group or was handed on to
 * init; what did both with an emptied environment is not found. SIGTERM first, SIGKILL after
 * `serverStopMs`. A process of that id that is not ours (the id was given out again) is left alone.
 * Never throws; calling it twice does nothing more.
 * `mark` is the server's value of `markName`: with it, what outlived a server that is already gone
 * is found too, and without `pid` what a process that died at once had not told.
 */
async function stopServer(pid, mark) {
    if (process.platform !== 'linux')
        return await stopElsewhere(pid);
    const own = mark ?? (pid === undefined ? undefined : processes_readVariable(pid, stop_markName));
    if (own === undefined)
        return;
    const found = findAll(pid, own);
    signalAll(found, 'SIGTERM');
    await untilGone(found, serverStopMs);
    for (let round = 0, left = [...found, ...findAll(pid, own)]; round < rounds; round += 1) {
        if (!left.some(isAlive))
            return;
        signalAll(left, 'SIGKILL');
        await untilGone(left, serverStopMs);
        left = findAll(pid, own);
    }
}
/** The server's descendants, and all that carry its mark with theirs. */
function findAll(pid, mark) {
    const all = processes_listProcesses();
    const marked = all.filter((one) => processes_readVariable(one.pid, stop_markName) === mark);
    const server = marked.filter((one) => one.pid === pid);
    const found = [...server, ...marked].flatMap((one) => descendantsOf(one, all));
    return [...new Map(found.map((one) => [one.pid, one])).values()].filter((one) => one.pid !== process.pid);
}
function signalAll(processes, signal) {
    for (const one of processes)
        if (isAlive(one))
            stop_send(one.pid, signal);
}
function isAlive({ pid, startedAt }) {
    return readProcess(pid)?.startedAt === startedAt;
}
async function untilGone(processes, waitMs) {
    const deadline = performance.now() + waitMs;
    while (processes.some(isAlive) && performance.now() < deadline)
        await (0,external_node_timers_promises_namespaceObject.setTimeout)(pollMs);
}
/** Without `/proc` the process group is what is left; on Windows the tree below the process. */
async function stopElsewhere(pid) {
    if (pid === undefined)
        return;
    if (process.platform === 'win32') {
        const isOurs = ['/fi', 'imagename eq opencode.exe'];
        await stop_run('taskkill', ['/pid', String(pid), '/t', '/f', ...isOurs]).catch(() => undefined);
        return;
    }
    const command = await stop_run('ps', ['-o', 'args=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
    if (!command.stdout.includes(serveArgs.join(' ')))
        return;
    stop_send(-pid, 'SIGTERM');
    const deadline = performance.now() + serverStopMs;
    while (stop_send(-pid, 0) && performance.now() < deadline)
        await (0,external_node_timers_promises_namespaceObject.setTimeout)(pollMs);
    stop_send(-pid, 'SIGKILL');
}
function stop_send(pid, signal) {
    try {
        return process.kill(pid, signal);
    }
    catch {
        // Gone already, or somebody else's.
        return false;
    }
}

;// CONCATENATED MODULE: ./build/opencode/reattach.js




const passwordName = 'OPENCODE_SERVER_PASSWORD';
/**
 * How to speak to a server of ours whose starter was killed: its address stands in what it printed,
 * its password in its environment, so that neither had to be written down. Undefined where it is
 * gone, was not listening yet, or there is no `/proc`. `environments` are those of another user,
 * which we may not read ourselves.
 */
function reattachLocal(mark, temp, directory, environments) {
    const url = readAddress(readHead(logPathOf(temp, mark)));
    const password = environments === undefined ? findPassword(mark) : variableIn(environments, passwordName);
    if (url === undefined || password === undefined)
        return undefined;
    return { url, headers: basic(password), directory };
}
function findPassword(mark) {
    return listProcesses()
        .filter(({ pid }) => readVariable(pid, markName) === mark)
        .map(({ pid }) => readVariable(pid, passwordName))
        .find((found) => found !== undefined);
}
/** What a server of ours lets us in by. */
function basic(password) {
    return { authorization: `Basic ${btoa(`opencode:${password}`)}` };
}

;// CONCATENATED MODULE: ./build/opencode/local.js











/** How often the server's output is looked at for its address. */
const local_pollMs = 15;
/**
 * Starts OpenCode on a free port of loopback, behind a random password, in a process group of its
 * own; its configuration is handed over in the environment, so that nothing is written to the
 * workspace. Its output goes to a file rather than to a pipe, for a server must outlive this process
 * until `post` has asked it for what the agent wrote.
 * Throws `server-start-failed` with the end of its output when it ends early or does not listen
 * within `serverStartMs`, and `signal.reason`; nothing is left running then.
 */
async function startLocal(options) {
    const { signal, mark } = options;
    signal.throwIfAborted();
    const password = (0,external_node_crypto_namespaceObject.randomBytes)(24).toString('base64url');
    const starting = launch(options, password);
    const { pid } = starting.child;
    const dispose = async () => {
        if (options.isolation !== undefined)
            await options.isolation.end();
        else if (pid !== undefined)
            await stopServer(pid, mark);
        (0,external_node_fs_.rmSync)(starting.logPath, { force: true });
    };
    try {
        if (pid !== undefined)
            options.onSpawn(pid);
        const url = await waitForAddress(starting, password, options);
        const headers = basic(password);
        const directory = options.workspace;
        const version = await fetchVersion({ url, headers, directory }, signal);
        const { gone } = starting;
        return { url, headers, version, directory, pid, gone, [Symbol.asyncDispose]: dispose };
    }
    catch (error) {
        await dispose();
        throw error;
    }
}
function launch(options, password) {
    const logPath = log_logPathOf(options.temp, options.mark);
    const log = (0,external_node_fs_.openSync)(logPath, 'w', 0o600);
    const env = {
        ...options.env,
        OPENCODE_CONFIG_CONTENT: JSON.stringify(options.config),
        OPENCODE_SERVER_USERNAME: 'opencode',
        OPENCODE_SERVER_PASSWORD: password,
        [stop_markName]: options.mark,
    };
    const child = start(options, env, log);
    (0,external_node_fs_.closeSync)(log);
    const gone = Promise.withResolvers();
    const starting = { child, logPath, ended: undefined, gone: gone.promise };
    const end = (how) => {
        starting.ended = { how };
        gone.resolve(endedByItself(how));
    };
    child.once('error', (error) => end(`it could not be run (${(0,errors/* messageOf */.bD)(error)})`));
    child.once('exit', (code, by) => end(`it ended with ${by ?? `status ${code}`}`));
    // What is still open here must not keep this process alive: disposal and `post` end the server.
    child.unref();
    return starting;
}
function start({ binary, workspace, isolation }, env, log) {
    const shared = { detached: true, windowsHide: true };
    // An open stdin can hang it.
    const stdio = ['ignore', log, log];
    if (isolation === undefined)
        return (0,external_node_child_process_namespaceObject.spawn)(binary, serveArgs, { ...shared, cwd: workspace, env, stdio });
    const launched = isolation.launch([binary, ...serveArgs], env);
    const { file, args, input } = launched;
    const child = (0,external_node_child_process_namespaceObject.spawn)(file, args, { ...shared, env: launched.env, stdio: ['pipe', log, log] });
    // One that is gone before it has read all says why in its output.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
    return child;
}
async function waitForAddress(starting, password, options) {
    const { signal } = options;
    const describe = (output) => describeLog(output, [password, ...secretsOf(options).map(({ value }) => value)]);
    const deadline = performance.now() + serverStartMs;
    for (;;) {
        const { ended } = starting;
        const output = readTail(starting.logPath);
        const url = log_readAddress(output);
        if (ended !== undefined)
            throw startFailed(ended.how, describe(output));
        if (url !== undefined)
            return url;
        if (performance.now() > deadline) {
            const how = `it was not listening after ${serverStartMs / 1000} s`;
            throw startFailed(how, describe(output));
        }
        await (0,external_node_timers_promises_namespaceObject.setTimeout)(local_pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
}
function endedByItself(how) {
    return new errors/* ActionError */.lZ('stream-ended', `OpenCode's server went away during the run: ${how}.`, {
        hint: 'Look at the memory that the runner has, and ask again.',
    });
}
function startFailed(how, output) {
    return new errors/* ActionError */.lZ('server-start-failed', `OpenCode's server did not start: ${how}. ${output}`, {
        hint: "Look at `opencode-config`, the workflow's own OpenCode settings and `opencode-version`.",
    });
}

;// CONCATENATED MODULE: ./build/serve/limits.js
/** Every number that the front lives by: its unit is in its name, its reason beside it. */
/** A token shorter than this could be guessed; 32 characters of base64 are 192 bits. */
const tokenCharsMin = 32;
/** A longer one is no token: it would not fit into a request's headers beside the others. */
const tokenCharsMax = 1_024;
/** All of a request's headers and its first line; OpenCode's own need a few hundred bytes. */
const headerBytes = 16 * 1024;
/** No client of OpenCode sends a quarter of that. */
const headersMax = 100;
/** A path of OpenCode's is under 200 characters; its query may name a long directory. */
const targetChars = 8 * 1024;
/** One part of a path: OpenCode's ids have about 30 characters. */
const segmentChars = 200;
/** A client that has not sent its headers by then is slow on purpose. */
const headersMs = 10_000;
/** A whole request, its body included, comes in within this: 10 MiB at 90 KiB/s. */
const requestReadMs = 120_000;
/** How often Node looks for requests that are late: the limits above are exact to this. */
const lateCheckMs = 1_000;
/** A connection that nothing is asked on stays open for this long; clients reuse them for seconds. */
const keepAliveMs = 15_000;
/** Requests on one connection before it is closed, so that no client holds one for ever. */
const requestsPerSocket = 10_000;
/** Requests that one connection may have open at once: nobody pipelines, but what is over may overlap. */
const openPerSocket = 8;
/** Sockets at once, of strangers too; a thousand event streams and their calls need 2,000. */
const socketsMax = 10_000;
/** Connections to OpenCode that are kept for the next request; OpenCode's own clients come in bursts. */
const idleConnections = 256;
/** A free connection is closed after once or twice this time: Bun, and so OpenCode, waits for ten seconds. */
const idleMs = 4_000;
/** A connection to OpenCode that is not there by then does not come; on loopback it takes none. */
const connectMs = 10_000;
/** A connection that is silent for so long is probed: a machine that is gone closes none. */
const probeMs = 60_000;
/** What is read of a connection at a time, as Node does it. */
const readBytes = 64 * 1024;
/** The line before a chunk: a size has at most 13 digits, and nobody sends extensions. */
const chunkLineBytes = 1_024;
/** Interim answers (1xx) before the answer; OpenCode sends none. */
const interimsMax = 8;
/** A first piece up to this is joined to its head; a larger one gains nothing by being copied. */
const joinedBytes = 16 * 1024;
/** A client that has taken nothing of what waits for it for so long is gone, or reads too slowly. */
const slowReaderMs = 60_000;
/** A line of the log waits for so long: one write for many lines, and nobody reads sooner. */
const logMs = 20;
/** First delay of a refusal; it doubles with each further one from the same address. */
const refusalMs = 25;
/** Longest delay of a refusal (issue 5): more would cost us sockets rather than them time. */
const refusalMaxMs = 2_000;
/** One refusal of an address is forgotten after this. */
const forgiveMs = 5_000;
/** Addresses whose refusals are remembered; the oldest is forgotten first. */
const refusedAddresses = 10_000;
/** Refusals that wait at once; past that, a connection is closed without an answer. */
const refusalsWaiting = 1_000;
/** What a request's body may hold where `--max-body` does not say: a prompt with pictures in it. */
const bodyMiB = 10;
/** What running requests get after SIGTERM where `--drain` does not say; systemd waits for 90 s. */
const drainSeconds = 30;
/** What 429 and 503 say in `retry-after`: a turn takes minutes, a restart seconds. */
const retryAfterSeconds = 5;
/** How often OpenCode is asked which sessions are at work. */
const statusEveryMs = 5_000;
/** After a word that a session may be over, OpenCode is asked: by then its own list is up to date. */
const doubtMs = 300;
/** One such question takes no longer than this. */
const statusMs = 10_000;
/** A prompt that was taken, and whose session was not seen at work within this, came to nothing. */
const busyWithinMs = 20_000;
/** Sessions of sub-agents that are remembered as such; the oldest is forgotten first. */
const childrenMax = 10_000;
/** Sessions that are known to work inside of the roots; the oldest is asked about again. */
const sessionsKnown = 10_000;
/** Pause before the event stream that tells of sessions is opened again. */
const watchPauseMs = 1_000;
/** OpenCode sends a heartbeat every 10 s: a stream without a byte for 30 s is dead. */
const watchSilenceMs = 30_000;
/** The longest event that is read of that stream: larger ones tell of no session's state. */
const watchedChars = 64 * 1024 * 1024;
/** One answer to `/readyz` holds for this long, since anybody may ask. */
const readyForMs = 1_000;
/** Asking OpenCode whether it answers takes no longer than this. */
const readyMs = 2_000;
/** An upstream that does not answer at start is waited for: in a composition it may start later. */
const upstreamStartMs = 15_000;
/** Pause before OpenCode is started again; it doubles up to `restartPauseMaxMs`. */
const restartPauseMs = 250;
/** Longest pause before OpenCode is started again. */
const restartPauseMaxMs = 10_000;
/** An OpenCode that ran for so long has started well: the pauses begin anew. */
const steadyMs = 60_000;
/** So many ends in a row, none after `steadyMs`, are a restart loop: the process ends. */
const restartsMax = 5;
/** A name in a workspace; Linux takes no longer path (PATH_MAX). */
const nameBytes = 4_095;
/** One part of it (NAME_MAX). */
const partBytes = 255;
/** Links that are followed on one way; the kernel gives up after so many: path_resolution(7). */
const linksFollowed = 40;
/** A workspace's key: what stands in a path. */
const keyChars = 100;
/** What one snapshot may hold where `--workspace-size` does not say; Linux' sources need 1,600. */
const workspaceMiB = 1_024;
/** How many files one may have where `--workspace-files` does not say; Linux has 90,000. */
const workspaceFiles = 100_000;
/** What all workspaces may hold together where `--workspaces-quota` does not say. */
const workspacesMiB = 20 * 1_024;
/** How many there may be where `--workspaces-max` does not say: a busy repository's open threads. */
const workspacesMax = 200;
/** A snapshot comes in within this: a GiB at 1 MiB/s. */
const workspaceReadMs = 20 * 60_000;
/** A client that sends nothing of its snapshot for so long is gone. */
const workspaceSilenceMs = 60_000;
/** What is left of a refused snapshot is read for so long, so that its sender sees the answer. */
const refusedReadMs = 5_000;
/** One git command takes no longer: 100,000 files are written, or looked at, in a minute. */
const workspaceGitMs = 10 * 60_000;
/** What is kept of a git command's output: the names of all files that are new. */
const gitOutputBytes = 64 * 1024 * 1024;
/** Snapshots and patches that are made at a time: each takes a core. */
const workspaceJobs = 4;
/** A workspace that was used within this is not removed for another's sake: a run may come back to it. */
const workspaceIdleMs = 10 * 60_000;
/** How often the time of a workspace's last use is written down. */
const usedEveryMs = 60_000;

;// CONCATENATED MODULE: ./build/serve/workspaces/flags.js

/** What there is to set of workspaces. */
const workspaceFlags = [
    {
        name: 'workspaces',
        value: 'DIR',
        help: 'Lay out what runs without a server-directory send, in DIR, which OpenCode must see at the same path.',
    },
    {
        name: 'workspaces-state',
        value: 'DIR',
        help: "Where their repositories are kept, out of OpenCode's reach. Default: mention-loop in the state folder of the user.",
    },
    {
        name: 'workspaces-max',
        value: 'N',
        byDefault: String(workspacesMax),
        help: 'How many there may be; the one that was used longest ago makes room.',
    },
    {
        name: 'workspaces-quota',
        value: 'MIB',
        byDefault: String(workspacesMiB),
        help: 'What they may hold together, in MiB, as they were sent.',
    },
    {
        name: 'workspace-size',
        value: 'MIB',
        byDefault: String(workspaceMiB),
        help: 'Largest snapshot, and largest patch of one, in MiB.',
    },
    {
        name: 'workspace-files',
        value: 'N',
        byDefault: String(workspaceFiles),
        help: 'How many files a snapshot may have.',
    },
];

;// CONCATENATED MODULE: ./build/serve/flags.js




/** All there is to set: flags, variables, defaults and help are made of this. */
const flags = [
    {
        name: 'listen',
        value: 'HOST:PORT',
        byDefault: '127.0.0.1:9200',
        help: 'Where to listen. 0.0.0.0:9200 opens it to the network.',
    },
    {
        name: 'tls-cert',
        value: 'FILE',
        help: 'Certificate chain in PEM, with --tls-key; read again on SIGHUP.',
    },
    { name: 'tls-key', value: 'FILE', help: 'Private key of the certificate, in PEM.' },
    {
        name: 'token-file',
        value: 'FILE',
        help: 'Tokens, "name token" a line, 32 characters at least; read again on SIGHUP.',
    },
    { name: 'token', isSecret: true, value: 'TOKEN', help: 'One token, named "env".' },
    { name: 'tokens', isSecret: true, value: 'LINES', help: 'Tokens, as in the token file.' },
    {
        name: 'root',
        value: 'DIR',
        isRepeated: true,
        help: 'Refuse every directory outside of DIR, which OpenCode must see at the same path.',
    },
    {
        name: 'allow',
        value: 'METHOD:PATH',
        isRepeated: true,
        help: 'Let through more than a run needs, such as DELETE:/session/:id.',
    },
    ...workspaceFlags,
    {
        name: 'max-sessions',
        value: 'N',
        help: 'How many sessions may be at work at once; the next prompt gets 429. Default: any number.',
    },
    {
        name: 'max-body',
        value: 'MIB',
        byDefault: String(bodyMiB),
        help: "Largest body of a request, in MiB; an answer's is not limited.",
    },
    {
        name: 'drain',
        value: 'SECONDS',
        byDefault: String(drainSeconds),
        help: 'How long running requests may go on after SIGTERM.',
    },
    {
        name: 'directory',
        value: 'DIR',
        help: "OpenCode's own working directory. Default: the first --root, else where this is started.",
    },
    { name: 'opencode-path', value: 'FILE', help: 'An OpenCode binary that is already there.' },
    {
        name: 'opencode-version',
        value: 'VERSION',
        help: '"installed" (on PATH) or an exact version. Default: the pinned one, installed on first use.',
    },
    {
        name: 'opencode-config',
        value: 'JSON',
        help: "Merged over this command's own OpenCode configuration.",
    },
    {
        name: 'agent-env',
        value: 'NAMES',
        help: 'Variables, comma-separated, that reach OpenCode although they look like secrets.',
    },
    {
        name: 'cache',
        value: 'DIR',
        help: 'Where OpenCode is installed to. Default: mention-loop in the cache folder of the user.',
    },
    {
        name: 'upstream',
        value: 'URL',
        help: 'Guard an OpenCode server that runs already, in place of starting one.',
    },
    {
        name: 'upstream-username',
        value: 'NAME',
        byDefault: 'opencode',
        help: "The user name of that server's Basic auth.",
    },
    { name: 'upstream-password-file', value: 'FILE', help: 'A file that holds its password.' },
    { name: 'upstream-password', isSecret: true, value: 'PASSWORD', help: 'Its password.' },
    { name: 'help', help: 'Show this.' },
];
const flags_all = flags;
/** The variable that stands for a flag. */
function variableOf(name) {
    return `MENTION_LOOP_${name.replaceAll('-', '_').toUpperCase()}`;
}
/**
 * Reads the command line and the environment. Undefined where help is asked for; throws
 * `invalid-input` for what is no flag, and for a flag without its value.
 */
function readFlags(argv, env) {
    const values = flags_parse(argv);
    if (values['help'] !== undefined)
        return undefined;
    const given = new Map();
    for (const { name } of flags) {
        if (name === 'help')
            continue;
        const typed = values[name];
        const found = typed === undefined ? fromEnvironment(name, env) : [typed].flat().map(String);
        if (found.some((each) => each.trim() === ''))
            throw unusable(name, 'is empty', 'a value, or no such flag');
        if (found.length > 0)
            given.set(name, found);
    }
    return given;
}
/** What a flag was set to; of one given more than once, the last. */
function one(given, name) {
    return given.get(name)?.at(-1);
}
/** The error for what was set and cannot be used: it names the flag, and says what is expected. */
function unusable(name, problem, expected) {
    const isSecret = flags_all.find((flag) => flag.name === name)?.isSecret;
    const called = isSecret ? variableOf(name) : `--${name}`;
    return new errors/* ActionError */.lZ('invalid-input', `${called} ${problem}; expected ${expected}.`);
}
function flags_parse(argv) {
    const options = Object.fromEntries(flags_all
        .filter(({ isSecret }) => !isSecret)
        .map(({ name, value, isRepeated }) => [
        name,
        {
            type: value === undefined ? 'boolean' : 'string',
            multiple: isRepeated ?? false,
        },
    ]));
    try {
        return (0,external_node_util_namespaceObject.parseArgs)({ args: [...argv], options, strict: true, allowPositionals: false }).values;
    }
    catch (error) {
        throw new errors/* ActionError */.lZ('invalid-input', `${withoutValues((0,errors/* messageOf */.bD)(error))}.`, {
            hint: 'Expected only what --help lists.',
            cause: error,
        });
    }
}
/** Somebody may have typed a token where a flag belongs. */
function withoutValues(message) {
    const flag = /'(--?[\w-]+)[ ']/.exec(message)?.[1];
    if (flag === undefined)
        return 'The command line holds something that is no flag';
    const known = flags_all.find(({ name }) => `--${name}` === flag);
    if (known === undefined)
        return `${flag} is no flag`;
    if (known.isSecret)
        return `${flag} would be seen in the list of processes: set ${variableOf(known.name)}`;
    return `${flag} has no value, or one that it does not take`;
}
function fromEnvironment(name, env) {
    const text = env[variableOf(name)] ?? '';
    if (text === '')
        return [];
    const isRepeated = flags_all.find((flag) => flag.name === name)?.isRepeated;
    if (!isRepeated)
        return [text];
    return text.split(/[\n,]/).flatMap((line) => line.trim() || []);
}
/** What `--help` prints. */
function renderHelp() {
    const open = flags_all.filter(({ isSecret }) => !isSecret);
    const secret = flags_all.filter(({ isSecret }) => isSecret);
    const paragraph = (head, flag) => {
        const byDefault = flag.byDefault === undefined ? '' : ` Default: ${flag.byDefault}.`;
        const more = flag.isRepeated ? ' May be given more than once.' : '';
        return `  ${head}\n      ${flag.help}${byDefault}${more}`;
    };
    const shown = (flag) => flag.value === undefined
        ? `--${flag.name}`
        : `--${flag.name} ${flag.value}  (${variableOf(flag.name)})`;
    return [
        'mention-loop serve: an OpenCode server behind a bearer token.',
        '',
        'Starts OpenCode on 127.0.0.1 behind a password of its own (or guards the one of --upstream),',
        'and lets through what a run of the action needs, for whoever has a token.',
        '',
        ...open.map((flag) => paragraph(shown(flag), flag)),
        '',
        'In the environment only:',
        ...secret.map((flag) => paragraph(variableOf(flag.name), flag)),
        '',
        'Every flag may be given as the variable beside it; the flag counts first.',
        'Signals: SIGHUP reads tokens and certificate again; SIGTERM and SIGINT end it, after --drain.',
        'Exit status: 0 after SIGTERM or SIGINT, 2 for a flag that cannot be used, 1 for the rest.',
        '',
    ].join('\n');
}

;// CONCATENATED MODULE: external "node:http"
const external_node_http_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http");
;// CONCATENATED MODULE: external "node:https"
const external_node_https_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:https");
;// CONCATENATED MODULE: ./build/serve/upstream.js


/** Asks OpenCode for JSON; throws where it does not answer with 200 in time. */
async function ask(place, path, signal) {
    const { status, text } = await get(place, path, signal);
    if (status !== 200)
        throw new Error(`OpenCode answered ${status}`);
    return JSON.parse(text);
}
/** Asks OpenCode, and reads its whole answer. Rejects where none comes before `signal` fires. */
async function get(place, path, signal, method = 'GET') {
    const answer = await openStream(place, path, signal, method);
    let text = '';
    answer.setEncoding('utf8');
    for await (const piece of answer)
        text += String(piece);
    return { status: answer.statusCode ?? 0, text };
}
/** Asks OpenCode, and gives its answer as soon as it begins; `signal` ends it at any time. */
function openStream(place, path, signal, method = 'GET') {
    return new Promise((resolve, reject) => {
        if (signal.aborted)
            return reject(signal.reason);
        const { protocol, origin } = place.url;
        const { authorization } = place;
        const request = protocol === 'https:' ? external_node_https_namespaceObject.request : external_node_http_namespaceObject.request;
        const headers = { ...(authorization !== undefined && { authorization }) };
        const outgoing = request(`${origin}${path}`, { method, headers, agent: false });
        const stop = () => void outgoing.destroy(signal.reason);
        signal.addEventListener('abort', stop, { once: true });
        outgoing.on('close', () => signal.removeEventListener('abort', stop));
        outgoing.on('error', reject);
        outgoing.on('response', resolve);
        outgoing.end();
    });
}

;// CONCATENATED MODULE: ./build/serve/attach.js





/**
 * Waits until a server answers, takes our login, and is OpenCode. Throws `invalid-input` where that
 * does not come to pass within `upstreamStartMs`; a refused login at once.
 */
async function proveUpstream(place, signal) {
    const where = `is "${place.url.origin}"`;
    const giveUpAt = performance.now() + upstreamStartMs;
    for (;;) {
        const problem = await probe(place, signal);
        if (problem === undefined)
            return;
        if (problem === 'refused')
            throw unusable('upstream-password-file', 'does not open --upstream, which answers 401', 'the password (and --upstream-username) that OpenCode was started with');
        if (performance.now() > giveUpAt)
            throw unusable('upstream', `${where}, and ${problem}`, 'the address of `opencode serve`');
        await (0,external_node_timers_promises_namespaceObject.setTimeout)(watchPauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
}
async function probe(place, signal) {
    try {
        const limit = AbortSignal.any([signal, AbortSignal.timeout(readyMs)]);
        const { status, text } = await get(place, '/global/health', limit);
        if (status === 401)
            return 'refused';
        return status === 200 && isHealth(text) ? undefined : 'what answers there is not OpenCode';
    }
    catch (error) {
        signal.throwIfAborted();
        return `nobody answers there (${(0,errors/* messageOf */.bD)(error)})`;
    }
}
function isHealth(text) {
    try {
        const health = JSON.parse(text);
        return typeof health === 'object' && health !== null && 'version' in health;
    }
    catch {
        return false;
    }
}
/** The working directory of an OpenCode that runs already; undefined where it does not say. */
async function askDirectory(place, signal) {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(statusMs)]);
    const paths = await ask(place, '/path', limit).catch(() => undefined);
    if (typeof paths !== 'object' || paths === null || !('directory' in paths))
        return undefined;
    return typeof paths.directory === 'string' ? paths.directory : undefined;
}
/** Tells whether OpenCode answers, asking it at most once in `readyForMs`: anybody may ask us. */
function createReadiness(upstream) {
    let last;
    return () => {
        const now = performance.now();
        if (last !== undefined && now - last.at < readyForMs)
            return last.isReady;
        const place = upstream.place();
        const isReady = place === undefined
            ? Promise.resolve(false)
            : probe(place, AbortSignal.timeout(readyMs)).then((problem) => problem === undefined, () => false);
        last = { at: now, isReady };
        return isReady;
    };
}

;// CONCATENATED MODULE: external "node:net"
const external_node_net_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:net");
;// CONCATENATED MODULE: ./build/serve/delays.js


/**
 * Starts to count. `now` is a monotonic clock in milliseconds. The memory is bounded: the address
 * that was refused longest ago is forgotten first.
 */
function createDelays(now = () => performance.now()) {
    const known = new Map();
    return {
        refuse: (address) => {
            const key = keyOf(address);
            const before = known.get(key);
            const at = now();
            const left = before === undefined ? 0 : before.level - (at - before.at) / forgiveMs;
            const level = Math.min(Math.max(0, left) + 1, 32);
            known.delete(key);
            known.set(key, { level, at });
            if (known.size > refusedAddresses)
                known.delete(known.keys().next().value ?? '');
            return Math.min(refusalMaxMs, refusalMs * 2 ** (level - 1));
        },
        get size() {
            return known.size;
        },
    };
}
/** An IPv6 host has a whole /64 for itself (RFC 4291, section 2.5.4). */
function keyOf(address) {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
    if (!(0,external_node_net_namespaceObject.isIPv6)(plain))
        return plain;
    const [head = '', tail = ''] = plain.split('::');
    const front = head === '' ? [] : head.split(':');
    const back = tail === '' ? [] : tail.split(':');
    const zeros = plain.includes('::') ? Math.max(0, 8 - front.length - back.length) : 0;
    return [...front, ...Array(zeros).fill('0'), ...back].slice(0, 4).join(':');
}

;// CONCATENATED MODULE: ./build/serve/answers.js

const retryLater = { 'retry-after': String(retryAfterSeconds) };
/** All that the front says by itself. */
const answers = {
    alive: { status: 200, body: 'alive' },
    ready: { status: 200, body: 'ready' },
    notReady: { status: 503, body: 'not ready', headers: retryLater },
    malformed: { status: 400, body: 'bad request' },
    /** RFC 6750, section 3: with no further word, whatever was wrong. */
    unauthorized: { status: 401, body: 'unauthorized', headers: { 'www-authenticate': 'Bearer' } },
    forbidden: { status: 403, body: 'forbidden' },
    noDirectory: { status: 404, body: 'no such directory' },
    unknownWorkspace: { status: 404, body: 'no such workspace' },
    workspaceInUse: { status: 409, body: 'workspace in use', headers: retryLater },
    tooLarge: { status: 413, body: 'body too large' },
    unsupported: { status: 415, body: 'expected JSON in UTF-8' },
    notPlain: { status: 415, body: 'expected a tar stream as it is' },
    expectation: { status: 417, body: 'expectation failed' },
    busy: { status: 429, body: 'too many sessions at work', headers: retryLater },
    manyJobs: { status: 429, body: 'too many snapshots at a time', headers: retryLater },
    manyHeaders: { status: 431, body: 'too many headers' },
    noWorkspace: { status: 500, body: 'the workspace could not be made or read' },
    upstreamDown: { status: 502, body: 'OpenCode does not answer', headers: retryLater },
    workspacesFull: { status: 507, body: 'no room for another workspace' },
    draining: { status: 503, body: 'shutting down', headers: retryLater },
};
/**
 * Sends an answer of ours. `isLast` closes the connection behind it, as for every request whose body
 * was not read: what is left of it must not be taken for the next request.
 */
function answers_send(response, { status, body, headers }, isLast) {
    if (response.headersSent || response.destroyed) {
        response.destroy();
        return;
    }
    const text = `${body}\n`;
    response.writeHead(status, {
        'content-type': 'text/plain; charset=utf-8',
        'content-length': Buffer.byteLength(text),
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        ...headers,
        ...(isLast && { connection: 'close' }),
    });
    // Node throws where an answer to HEAD gets a body (RFC 9110, section 9.3.2).
    response.end(response.req.method === 'HEAD' ? undefined : text);
}

;// CONCATENATED MODULE: ./build/serve/exchange.js
/** How many event streams are open. */
function countStreams({ open }) {
    let streams = 0;
    for (const { isStream } of open)
        if (isStream)
            streams += 1;
    return streams;
}

;// CONCATENATED MODULE: ./build/serve/headers.js
/**
 * What concerns one connection only and is never passed on: RFC 9110, section 7.6.1, with RFC 2068's
 * `Keep-Alive` and `Proxy-Connection`, and what `Connection` names besides.
 */
const hopByHop = new Set([
    'connection',
    'keep-alive',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
]);
/**
 * What a client says and OpenCode must not hear: its framing, which is our own, whom it speaks to, its credentials, where it comes
 * from (RFC 7239; we are no witness of that), what we answer ourselves (`Expect`: RFC 9110, section
 * 10.1.1), and which of OpenCode's workspaces is meant: like a directory, but on another machine.
 */
const clientOnly = new Set([
    'content-length',
    'host',
    'authorization',
    'cookie',
    'forwarded',
    'via',
    'x-real-ip',
    'expect',
    'x-opencode-workspace',
]);
/** What OpenCode says and no client must hear: its own login, and what it is built of. */
const upstreamOnly = new Set(['set-cookie', 'www-authenticate', 'server', 'x-powered-by']);
/** The headers of a request as they go on; `drop` names further ones, in lower case. */
function passRequestHeaders(raw, drop = []) {
    return pass(raw, (name) => clientOnly.has(name) ||
        name.startsWith('proxy-') ||
        name.startsWith('x-forwarded-') ||
        drop.includes(name));
}
/** The headers of an answer as they go back; Node frames it by its length, or else in chunks. */
function passResponseHeaders(raw) {
    return pass(raw, (name) => upstreamOnly.has(name) || name.startsWith('proxy-'));
}
/** All values of a header, by its name in lower case. */
function headers_valuesOf(raw, name) {
    const values = [];
    for (let index = 0; index < raw.length; index += 2) {
        if (raw[index]?.toLowerCase() === name)
            values.push(raw[index + 1] ?? '');
    }
    return values;
}
function pass(raw, isDropped) {
    const named = namedBy(raw);
    const passed = [];
    for (let index = 0; index < raw.length; index += 2) {
        const name = raw[index] ?? '';
        const lower = name.toLowerCase();
        if (hopByHop.has(lower) || named?.has(lower) || isDropped(lower))
            continue;
        passed.push(name, raw[index + 1] ?? '');
    }
    return passed;
}
function namedBy(raw) {
    const connections = headers_valuesOf(raw, 'connection');
    if (connections.length === 0)
        return undefined;
    const names = connections.flatMap((value) => value.split(','));
    return new Set(names.map((name) => name.trim().toLowerCase()));
}

;// CONCATENATED MODULE: external "node:url"
const external_node_url_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:url");
;// CONCATENATED MODULE: ./build/serve/workspaces/options.js




/**
 * Reads what concerns workspaces. They lie in a folder of their own: what a token may do in another
 * root, it may not do in them. Throws `invalid-input`.
 */
function readWorkspaces(given, roots) {
    const text = one(given, 'workspaces');
    if (text === undefined)
        return refuseAlone(given);
    const directory = readDirectory('workspaces', text);
    const touches = (other) => isInside(other, directory) || isInside(directory, other);
    if (roots.some(touches))
        throw unusable('workspaces', 'and a --root lie in each other', 'a directory of its own');
    const stateText = one(given, 'workspaces-state');
    const state = stateText === undefined ? undefined : (0,external_node_path_namespaceObject.resolve)(stateText);
    if (state !== undefined && (touches(state) || roots.some((root) => isInside(root, state))))
        throw unusable('workspaces-state', 'is where agents work', 'a directory that is not');
    const number = (name, byDefault) => readNumber(given, name, byDefault, /^[1-9]\d{0,8}$/, 'a whole number');
    return {
        directory,
        state,
        limits: {
            bytes: number('workspace-size', workspaceMiB) * 1024 ** 2,
            entries: number('workspace-files', workspaceFiles),
            silenceMs: workspaceSilenceMs,
        },
        quota: {
            bytes: number('workspaces-quota', workspacesMiB) * 1024 ** 2,
            count: number('workspaces-max', workspacesMax),
        },
    };
}
function refuseAlone(given) {
    const names = [
        'workspaces-state',
        'workspaces-max',
        'workspaces-quota',
        'workspace-size',
        'workspace-files',
    ];
    const alone = names.find((name) => given.has(name));
    if (alone !== undefined)
        throw unusable(alone, 'stands alone', '--workspaces beside it');
}

;// CONCATENATED MODULE: external "node:tls"
const external_node_tls_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:tls");
;// CONCATENATED MODULE: ./build/serve/tokens.js


const expected = `a name and a token of at least ${tokenCharsMin} characters, with a space between them`;
/** Reads a text of tokens: `name token` a line; empty lines and those that begin with `#` are none. */
function readTokens(text) {
    const tokens = [];
    for (const [index, line] of text.split(/\r?\n/).entries()) {
        const where = `line ${index + 1}`;
        const words = line.trim().split(/\s+/);
        if (words[0] === '' || words[0]?.startsWith('#'))
            continue;
        const [name = '', secret = ''] = words;
        if (words.length !== 2 || !/^[\w.-]{1,64}$/.test(name))
            return { problem: `${where} is no token; expected ${expected}` };
        const problem = problemOf(secret);
        if (problem !== undefined)
            return { problem: `${where} holds a token that ${problem}` };
        const token = { name, digest: digestOf(secret) };
        const twin = tokens.find((one) => one.name === name || one.digest.equals(token.digest));
        if (twin !== undefined)
            return { problem: `${where} repeats a name or a token; expected each to be there once` };
        tokens.push(token);
    }
    return tokens.length > 0 ? { tokens } : { problem: `holds no token; expected ${expected}` };
}
/** Why a text can be no token, to stand after `that`; undefined where it can. RFC 6750, section 2.1. */
function problemOf(secret) {
    if (secret.length < tokenCharsMin)
        return `is too short; expected at least ${tokenCharsMin} characters`;
    if (secret.length > tokenCharsMax)
        return `is too long; expected at most ${tokenCharsMax} characters`;
    return /^[\x21-\x7e]+$/.test(secret) ? undefined : 'holds more than printable ASCII';
}
/** What a text is known by. */
function digestOf(secret) {
    return (0,external_node_crypto_namespaceObject.hash)('sha256', secret, 'buffer');
}
/**
 * The token that was presented, if it is one of these. Every digest is compared whole, whether or not
 * one has fitted already: the time taken tells nothing of how right a wrong one is, nor which it was.
 */
function findToken(tokens, presented) {
    let found;
    for (const token of tokens)
        if ((0,external_node_crypto_namespaceObject.timingSafeEqual)(token.digest, presented))
            found = token;
    return found;
}
/** What a connection presented last, and its digest. */
const lastPresented = new WeakMap();
/**
 * The digest of what was presented on a connection. One that presents the same as before, as clients
 * do, costs no new digest, which is a tenth of a small request.
 */
function digestOn(connection, secret) {
    const last = lastPresented.get(connection);
    if (last !== undefined && isSame(secret, last.secret))
        return last.digest;
    const digest = digestOf(secret);
    lastPresented.set(connection, { secret, digest });
    return digest;
}
/**
 * Takes a time that depends on the length of `text` alone: a proxy before us may have the requests of
 * strangers on one connection, and none must learn what another one presents.
 */
function isSame(text, known) {
    let difference = text.length ^ known.length;
    for (let index = 0; index < text.length; index += 1)
        difference |= text.charCodeAt(index) ^ known.charCodeAt(index % known.length);
    return difference === 0;
}
/** What stands after `Bearer` (RFC 6750, section 2.1); empty where there is no such header, or two. */
function presentedBy(authorizations) {
    const [only, second] = authorizations;
    if (only === undefined || second !== undefined)
        return '';
    return /^Bearer +([\x21-\x7e]+) *$/i.exec(only)?.[1] ?? '';
}

;// CONCATENATED MODULE: ./build/serve/renewable.js





/** Reads tokens and certificate, from the files as they are now. Throws `invalid-input`. */
function readRenewable(given) {
    return { tokens: readAllTokens(given), pair: readPair(given) };
}
function readAllTokens(given) {
    const file = one(given, 'token-file');
    const lines = one(given, 'tokens');
    const single = one(given, 'token');
    const tokens = [
        ...(file === undefined ? [] : tokensOf('token-file', readFile('token-file', file))),
        ...(lines === undefined ? [] : tokensOf('tokens', lines)),
    ];
    if (single !== undefined) {
        const problem = problemOf(single);
        if (problem !== undefined)
            throw unusable('token', 'holds a token that cannot be used', `one that ${opposite(problem)}`);
        tokens.push({ name: 'env', digest: digestOf(single) });
    }
    if (tokens.length === 0)
        throw unusable('token-file', 'is missing', 'a file of tokens, or MENTION_LOOP_TOKEN');
    return tokens;
}
/** `is too short; expected at least 32 characters` says what is expected already. */
function opposite(problem) {
    return problem.startsWith('is too') ? `has ${problem.replace(/.*expected /, '')}` : 'is ASCII';
}
function tokensOf(name, text) {
    const read = readTokens(text);
    if ('tokens' in read)
        return read.tokens;
    const [problem = '', expected = 'a usable one'] = read.problem.split('; expected ');
    throw unusable(name, `cannot be used: ${problem}`, expected);
}
function readPair(given) {
    const cert = one(given, 'tls-cert');
    const key = one(given, 'tls-key');
    if (cert === undefined && key === undefined)
        return undefined;
    if (cert === undefined)
        throw unusable('tls-key', 'stands alone', '--tls-cert beside it');
    if (key === undefined)
        throw unusable('tls-cert', 'stands alone', '--tls-key beside it');
    const pair = { cert: readFile('tls-cert', cert), key: readFile('tls-key', key) };
    try {
        (0,external_node_tls_namespaceObject.createSecureContext)({ cert: pair.cert });
    }
    catch (error) {
        throw unusable('tls-cert', `holds no certificate (${(0,errors/* messageOf */.bD)(error)})`, 'a chain in PEM');
    }
    try {
        (0,external_node_tls_namespaceObject.createSecureContext)(pair);
    }
    catch (error) {
        const problem = `does not hold the key of --tls-cert (${(0,errors/* messageOf */.bD)(error)})`;
        throw unusable('tls-key', problem, 'its private key in PEM, without a passphrase');
    }
    return pair;
}
/** A file's text. Throws `invalid-input` where it cannot be read. */
function readFile(name, path) {
    try {
        return (0,external_node_fs_.readFileSync)(path, 'utf8');
    }
    catch (error) {
        const { code } = error;
        throw unusable(name, `is ${JSON.stringify(path)} (${code ?? 'unreadable'})`, 'a file to read');
    }
}

;// CONCATENATED MODULE: ./build/serve/routes.js
/**
 * What a run needs of OpenCode 1.18 (its `/doc` lists all there is), and nothing that writes
 * configuration or credentials, opens a terminal, runs a command by itself, publishes a session, or
 * stops the server. `/global/event` tells of every directory, so it is not among them.
 */
const allowed = `
  GET /global/health
  GET /event
  GET /path
  GET /vcs
  GET /vcs/status
  GET /vcs/diff
  GET /vcs/diff/raw
  GET /file
  GET /file/content
  GET /file/status
  GET /find
  GET /find/file
  GET /find/symbol
  GET /config
  GET /config/providers
  GET /provider
  GET /agent
  GET /session
  POST /session
  GET /session/status
  GET /session/:session
  PATCH /session/:session
  GET /session/:session/children
  GET /session/:session/todo
  GET /session/:session/diff
  GET /session/:session/message
  POST /session/:session/message
  GET /session/:session/message/:message
  POST /session/:session/prompt_async
  POST /session/:session/abort
  POST /session/:session/permissions/:permission
  GET /permission
  POST /permission/:permission/reply
  GET /question
  POST /question/:question/reply
  POST /question/:question/reject
`;
/** The routes that pass whatever the flags say. */
const ownRoutes = allowed
    .trim()
    .split('\n')
    .map((line) => {
    const [method = '', template = ''] = line.trim().split(' ');
    return toRoute(method, template);
});
/** A route of `--allow`, `METHOD:PATH`; undefined where it is none. */
function readRoute(text) {
    const match = /^([A-Z]+):((?:\/(?:[\w.~@+-]+|:\w+|\{\w+\}))+)$/.exec(text);
    const [, method, path] = match ?? [];
    if (method === undefined || path === undefined || /\/\.+(\/|$)/.test(path))
        return undefined;
    return toRoute(method, path.replaceAll(/\{(\w+)\}/g, ':$1'));
}
/** The route that a request takes: literal parts count before `:name`, letter case counts. */
function matchRoute(routes, method, { segments }) {
    let found;
    for (const route of routes) {
        if (!fits(route, method, segments))
            continue;
        if (!route.template.includes(':'))
            return route;
        found ??= route;
    }
    return found;
}
function fits(route, method, segments) {
    return (route.method === method &&
        route.segments.length === segments.length &&
        route.segments.every((each, index) => each.startsWith(':') || each === segments[index]));
}
function toRoute(method, template) {
    const isPrompt = /^\/session\/:\w+\/(message|prompt_async)$/.test(template) && method === 'POST';
    const isSession = template === '/session' && method === 'POST';
    const body = isPrompt ? 'prompt' : isSession ? 'session' : undefined;
    return { method, template, segments: template.slice(1).split('/'), body };
}

;// CONCATENATED MODULE: ./build/serve/options.js







/** Checks what was set. Throws `invalid-input` in one line that names the flag. */
function readOptions(given) {
    const roots = readRoots(given);
    return {
        ...readListen(one(given, 'listen') ?? '127.0.0.1:9200'),
        allow: readAllowed(given),
        roots,
        maxSessions: readNumber(given, 'max-sessions', Infinity, /^[1-9]\d{0,5}$/, 'a whole number'),
        maxBodyBytes: readNumber(given, 'max-body', bodyMiB, /^[1-9]\d{0,3}$/, 'a whole number of MiB') * 1024 ** 2,
        drainMs: readNumber(given, 'drain', drainSeconds, /^\d{1,5}$/, 'a number of seconds') * 1_000,
        workspaces: readWorkspaces(given, roots),
        behind: readBehind(given, roots),
    };
}
function readListen(text) {
    const [, bracketed, plain, digits] = /^(?:\[([\da-f:.]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(text) ?? [];
    const host = bracketed ?? plain;
    const port = Number(digits);
    if (host === undefined || port > 65_535)
        throw unusable('listen', 'is no address', '`HOST:PORT`, such as `127.0.0.1:9200`');
    return { host, port };
}
/** A number that a flag was set to. Throws `invalid-input` where it has another shape. */
function readNumber(given, name, byDefault, shape, expected) {
    const text = one(given, name);
    if (text === undefined)
        return byDefault;
    if (!shape.test(text))
        throw unusable(name, `is ${JSON.stringify(text)}`, expected);
    return Number(text);
}
function readAllowed(given) {
    return (given.get('allow') ?? []).map((text) => {
        const route = readRoute(text);
        if (route !== undefined)
            return route;
        const expected = '`METHOD:PATH`, such as `DELETE:/session/:id`';
        throw unusable('allow', `is ${JSON.stringify(text)}`, expected);
    });
}
function readRoots(given) {
    return (given.get('root') ?? []).map((text) => readDirectory('root', text));
}
/** A directory, resolved. Throws `invalid-input` where there is none. */
function readDirectory(name, text) {
    try {
        const path = (0,external_node_fs_.realpathSync)((0,external_node_path_namespaceObject.resolve)(text));
        if ((0,external_node_fs_.statSync)(path).isDirectory())
            return path;
    }
    catch {
        // Then there is none.
    }
    throw unusable(name, `is ${JSON.stringify(text)}`, 'a directory that is there');
}
function readBehind(given, roots) {
    const upstream = one(given, 'upstream');
    if (upstream !== undefined) {
        refuseBoth(given, ['directory', 'opencode-path', 'opencode-version', 'opencode-config']);
        return { kind: 'upstream', url: readUrl(upstream), authorization: readLogin(given) };
    }
    const directory = readDirectory('directory', one(given, 'directory') ?? roots[0] ?? '.');
    if (roots.length > 0 && !roots.some((root) => isInside(root, directory)))
        throw unusable('directory', 'is outside of --root', 'a directory inside of it');
    return {
        kind: 'own',
        directory,
        path: one(given, 'opencode-path'),
        version: readVersion(one(given, 'opencode-version')),
        config: readConfig(one(given, 'opencode-config')),
        agentEnv: readNames(one(given, 'agent-env')),
        cache: one(given, 'cache'),
    };
}
/** Whether a path is a directory or lies in it; both resolved. */
function isInside(directory, path) {
    return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}
function refuseBoth(given, names) {
    const idle = names.find((name) => given.has(name));
    if (idle === undefined)
        return;
    throw unusable(idle, 'is given beside --upstream', 'one of the two: that server runs already');
}
function readUrl(text) {
    const expected = 'an address alone, such as `http://127.0.0.1:4096`';
    const url = URL.parse(text);
    if (url === null || !/^https?:$/.test(url.protocol))
        throw unusable('upstream', 'is no address', expected);
    if (url.username !== '' || url.password !== '')
        throw unusable('upstream', 'holds credentials', `${expected}; --upstream-password-file besides`);
    if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
        throw unusable('upstream', 'has a path, a query or a fragment', expected);
    return url;
}
function readLogin(given) {
    const file = one(given, 'upstream-password-file');
    const password = file === undefined
        ? one(given, 'upstream-password')
        : readFile('upstream-password-file', file).replace(/\r?\n$/, '');
    if (password === undefined)
        return undefined;
    if (password === '')
        throw unusable('upstream-password-file', 'names an empty file', 'a file with a password');
    const username = one(given, 'upstream-username') ?? 'opencode';
    // RFC 7617, section 2: the name ends at the first colon.
    if (username.includes(':'))
        throw unusable('upstream-username', 'holds a colon', 'a name without one');
    return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
function readVersion(text) {
    if (text === undefined || text === 'installed')
        return text;
    if (/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(text))
        return text;
    const expected = 'an exact version such as `1.18.33`, or `installed`';
    throw unusable('opencode-version', `is ${JSON.stringify(text)}`, expected);
}
function readConfig(text) {
    if (text === undefined)
        return {};
    try {
        const config = JSON.parse(text);
        if (typeof config === 'object' && config !== null && !Array.isArray(config))
            return config;
    }
    catch {
        // It may hold a secret: nothing of it is quoted.
    }
    throw unusable('opencode-config', 'is no JSON object', 'one such as `{"model": "provider/name"}`');
}
function readNames(text) {
    const names = (text ?? '').split(',').flatMap((name) => name.trim() || []);
    if (names.every((name) => /^[A-Za-z_]\w*$/.test(name)))
        return names;
    throw unusable('agent-env', 'holds something else', 'names of variables, with commas between');
}

;// CONCATENATED MODULE: ./build/serve/confine.js






const header = 'x-opencode-directory';
/** What passes on where nothing is confined: all of it, about the directory that it names first. */
function passAnywhere(search, rawHeaders) {
    return { search, directory: decoded(confine_namedBy(search, rawHeaders)[0]), drop: [] };
}
/** The directories that a request names. */
function confine_namedBy(search, rawHeaders) {
    const queried = search === '' ? [] : new URLSearchParams(search).getAll('directory');
    return queried.concat(headers_valuesOf(rawHeaders, header)).filter((each) => each !== '');
}
/**
 * Reads which directory a request is about. Every spelling of it (query and header, repeated or not)
 * must lead to one directory inside of the roots, symlinks resolved; the resolved path alone goes on, so that OpenCode cannot read it in another way. What somebody swaps for a
 * symlink after that is not seen: whoever can do that has the machine's shell already.
 */
async function confine({ roots, directory: own }, route, search, rawHeaders) {
    const query = new URLSearchParams(search);
    const given = confine_namedBy(search, rawHeaders);
    // OpenCode knows these as ways to other directories; `directory[]` and the like as lists of them.
    if ([...query.keys()].some((name) => /^(workspace|location|scope|directory.)/.test(name)))
        return { answer: answers.forbidden };
    // It is about no directory: and there may be none that this token may use.
    if (given.length === 0 && route.template === '/global/health')
        return { search: '', directory: undefined, drop: [header] };
    const spellings = given.length > 0 ? given.map((each) => decoded(each) ?? '') : [own ?? ''];
    const found = await Promise.all(spellings.map((each) => locate(roots, own ?? '/', each)));
    const [first] = found;
    if (first === undefined || found.some(({ path }) => path === undefined || path !== first.path))
        return { answer: answers.forbidden };
    if (first.path === undefined)
        return { answer: answers.forbidden };
    if (!first.isThere)
        return { answer: answers.noDirectory };
    if (/^\/file(\/content)?$/.test(route.template)) {
        for (const path of query.getAll('path')) {
            if ((await locate(roots, first.path, path)).path === undefined)
                return { answer: answers.forbidden };
        }
    }
    query.delete('directory');
    // OpenCode decodes it once more than a query is: a `%` of its name must survive that.
    query.set('directory', first.path.replaceAll('%', '%25'));
    return { search: `?${query.toString()}`, directory: first.path, drop: [header] };
}
/** OpenCode decodes a directory after the query or the header was read; where it cannot, it does not. */
function decoded(text) {
    if (text === undefined)
        return undefined;
    try {
        return decodeURIComponent(text);
    }
    catch {
        return text;
    }
}
/**
 * Checks a body, and gives it as it goes on: written anew, so that what was checked is what is read.
 * Every `file:` part of a prompt must lead into the roots. A new session may name no workspace.
 */
async function confineBody(roots, directory, kind, body) {
    const read = confine_parse(body);
    if (read === undefined)
        return answers.malformed;
    if (kind === 'session') {
        if (Object.hasOwn(read, 'workspaceID'))
            return answers.forbidden;
        return Buffer.from(JSON.stringify(read));
    }
    const parts = read['parts'];
    if (!Array.isArray(parts))
        return answers.malformed;
    const checked = await Promise.all(parts.map((part) => confinePart(roots, directory, part)));
    if (checked.includes(undefined))
        return answers.forbidden;
    return Buffer.from(JSON.stringify({ ...read, parts: checked }));
}
/** The part as it goes on; undefined where it must not. */
async function confinePart(roots, directory, part) {
    if (!confine_isRecord(part))
        return undefined;
    const source = part['source'];
    if (confine_isRecord(source) && typeof source['path'] === 'string') {
        if ((await locate(roots, directory, source['path'])).path === undefined)
            return undefined;
    }
    if (part['url'] === undefined)
        return part['type'] === 'file' ? undefined : part;
    const url = typeof part['url'] === 'string' ? URL.parse(part['url']) : null;
    if (url === null)
        return undefined;
    if (['data:', 'http:', 'https:'].includes(url.protocol))
        return part;
    if (url.protocol !== 'file:')
        return undefined;
    const path = pathOf(url);
    const found = path === undefined ? undefined : await locate(roots, directory, path);
    if (found?.path === undefined)
        return undefined;
    return { ...part, url: (0,external_node_url_namespaceObject.pathToFileURL)(found.path).href + url.search };
}
function pathOf(url) {
    try {
        return (0,external_node_url_namespaceObject.fileURLToPath)(url);
    }
    catch {
        return undefined;
    }
}
/** Whether an absolute path leads into the roots, symlinks resolved. */
async function isWithin(roots, path) {
    return (await locate(roots, '/', path)).path !== undefined;
}
/** Where a path leads to: undefined where that is outside of all roots. */
async function locate(roots, base, text) {
    const { path, isThere } = await follow((0,external_node_path_namespaceObject.resolve)(base, text));
    const isIn = path !== undefined && roots.some((root) => isInside(root, path));
    return { path: isIn ? path : undefined, isThere };
}
/** Resolves symlinks, those of what is there where the rest is not. */
async function follow(path) {
    try {
        return { path: await (0,promises_namespaceObject.realpath)(path), isThere: true };
    }
    catch (error) {
        const isMissing = error.code === 'ENOENT';
        if (!isMissing || path === (0,external_node_path_namespaceObject.dirname)(path))
            return { path: undefined, isThere: false };
    }
    const above = await follow((0,external_node_path_namespaceObject.dirname)(path));
    return {
        path: above.path === undefined ? undefined : (0,external_node_path_namespaceObject.join)(above.path, (0,external_node_path_namespaceObject.basename)(path)),
        isThere: false,
    };
}
function confine_parse(body) {
    try {
        const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
        const read = JSON.parse(text);
        return confine_isRecord(read) ? read : undefined;
    }
    catch {
        return undefined;
    }
}
function confine_isRecord(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

;// CONCATENATED MODULE: external "node:stream"
const external_node_stream_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream");
;// CONCATENATED MODULE: ./build/serve/answer-head.js
/** RFC 9112, section 4; there is no class of status beyond 5 (RFC 9110, section 15). */
const statusLine = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
/** RFC 9110, section 5.6.2: a line that begins with a space (folded) has no name. */
const token = /^[\w!#$%&'*+\-.^`|~]+$/;
/** RFC 9110, section 5.5: a control character, a bare CR and a bare LF among them. */
const beyondValue = /[^\t\x20-\x7e\x80-\xff]/;
/**
 * Reads the head of an answer to `method`: its lines, without the empty one behind them. Undefined
 * where it is malformed, or where two readers could see the end of its body in two places: what comes
 * behind that end is the next answer, and may be somebody else's.
 */
function readAnswerHead(text, method) {
    const lines = text.split('\r\n');
    const [, minor, digits] = statusLine.exec(lines[0] ?? '') ?? [];
    if (digits === undefined)
        return undefined;
    const headers = [];
    for (let index = 1; index < lines.length; index += 1)
        if (!readField(lines[index] ?? '', headers))
            return undefined;
    const framing = readFraming(headers);
    if (framing === undefined || (framing.isChunked && minor === '0'))
        return undefined;
    const status = Number(digits);
    const body = bodyOf(status, method, framing);
    if (body === undefined)
        return undefined;
    const isLast = framing.isClosed || minor === '0' || body === 'until-close';
    return { status, headers, body, isLast };
}
/** Reads a line `name: value`, and adds it raw; false where it is none (RFC 9112, section 5). */
function readField(line, into) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon));
    const value = trimBlanks(line, colon + 1);
    if (!token.test(name) || beyondValue.test(value))
        return false;
    into.push(name, value);
    return true;
}
/** By hand: a pattern for blanks at the end takes quadratic time. */
function trimBlanks(text, from) {
    let start = from;
    let end = text.length;
    while (start < end && isBlank(text.charCodeAt(start)))
        start += 1;
    while (end > start && isBlank(text.charCodeAt(end - 1)))
        end -= 1;
    return text.slice(start, end);
}
function isBlank(code) {
    return code === 0x20 || code === 0x09;
}
/** Undefined for two lengths, even equal ones, for one beside a coding, and for any coding but one. */
function readFraming(headers) {
    let isClosed = false;
    let isChunked = false;
    let length;
    for (let index = 0; index < headers.length; index += 2) {
        const name = headers[index]?.toLowerCase();
        const value = headers[index + 1] ?? '';
        if (name === 'connection')
            isClosed ||= /(?:^|[,\s])close(?:$|[,\s])/i.test(value);
        if (name !== 'content-length' && name !== 'transfer-encoding')
            continue;
        if (isChunked || length !== undefined)
            return undefined;
        if (name === 'content-length' ? !/^\d{1,15}$/.test(value) : !/^chunked$/i.test(value))
            return undefined;
        if (name === 'content-length')
            length = Number(value);
        else
            isChunked = true;
    }
    return { length, isChunked, isClosed };
}
/** Undefined where a head that has no body says that it has one, and for a protocol nobody asked for. */
function bodyOf(status, method, { length, isChunked }) {
    if (status === 101)
        return undefined;
    if (status < 200 || status === 204)
        return isChunked || (length ?? 0) > 0 ? undefined : 0;
    if (status === 304 || method === 'HEAD')
        return 0;
    return isChunked ? 'chunked' : (length ?? 'until-close');
}

;// CONCATENATED MODULE: ./build/serve/chunks.js


/** RFC 9112, section 7.1: no sign, no blanks; extensions say nothing to us. */
const sizeLine = /^([\da-f]{1,13})(?:;[\t\x20-\x7e\x80-\xff]*)?$/i;
/** What OpenCode sent is no answer in HTTP. */
class MalformedAnswer extends Error {
    name = 'MalformedAnswer';
}
/** Reads a body in chunks, wherever what comes is cut; its trailers are checked, and go nowhere. */
class ChunkReader {
    isOver = false;
    #onPiece;
    #expects = 'size';
    #left = 0;
    #line = '';
    #trailerBytes = 0;
    constructor(onPiece) {
        this.#onPiece = onPiece;
    }
    /** Takes bytes from an index on, and gives that behind the last one of the body; may throw. */
    take(bytes, from) {
        let at = from;
        while (at < bytes.length && !this.isOver)
            at = this.#expects === 'data' ? this.#takeData(bytes, at) : this.#takeLine(bytes, at);
        return at;
    }
    #takeData(bytes, at) {
        const end = Math.min(bytes.length, at + this.#left);
        this.#left -= end - at;
        if (this.#left === 0)
            this.#expects = 'break';
        this.#onPiece(bytes.subarray(at, end));
        return end;
    }
    #takeLine(bytes, at) {
        const feed = bytes.indexOf(0x0a, at);
        const end = feed === -1 ? bytes.length : feed + 1;
        if (this.#line.length + end - at > chunkLineBytes)
            throw new MalformedAnswer('a long line');
        this.#line += bytes.toString('latin1', at, end);
        if (feed === -1)
            return end;
        const line = this.#line;
        this.#line = '';
        if (!line.endsWith('\r\n'))
            throw new MalformedAnswer('a bare LF');
        this.#endLine(line.slice(0, -2));
        return end;
    }
    #endLine(line) {
        if (this.#expects === 'break') {
            if (line !== '')
                throw new MalformedAnswer('a chunk longer than its size');
            this.#expects = 'size';
        }
        else if (this.#expects === 'size') {
            const [, size] = sizeLine.exec(line) ?? [];
            if (size === undefined)
                throw new MalformedAnswer('a chunk of no size');
            this.#left = Number.parseInt(size, 16);
            this.#expects = this.#left === 0 ? 'trailer' : 'data';
        }
        else if (line === '')
            this.isOver = true;
        else
            this.#checkTrailer(line);
    }
    #checkTrailer(line) {
        this.#trailerBytes += line.length;
        if (this.#trailerBytes > headerBytes || !readField(line, []))
            throw new MalformedAnswer('a trailer that is none');
    }
}

;// CONCATENATED MODULE: ./build/serve/answer-reader.js



const headEnd = '\r\n\r\n';
/** Reads one answer to `method`, wherever what comes is cut. */
class AnswerReader {
    /** A byte of it has come. */
    hasBegun = false;
    /** It is whole. */
    isOver = false;
    /** Nothing more can be asked on its connection. */
    isLast = false;
    #method;
    #listener;
    #head = '';
    #interims = 0;
    #body;
    #left = 0;
    #chunks;
    constructor(method, listener) {
        this.#method = method;
        this.#listener = listener;
    }
    /** Takes what comes; throws `MalformedAnswer` where it is no answer. */
    take(bytes) {
        this.hasBegun = true;
        let at = 0;
        while (this.#body === undefined && at < bytes.length)
            at = this.#takeHead(bytes, at);
        if (this.#body !== undefined && !this.isOver)
            at = this.#takeBody(bytes, at);
        // What nobody has asked for must not be the answer to what is asked next.
        if (at < bytes.length)
            this.isLast = true;
    }
    /** The connection was closed in good order: that may be the end of it. */
    close() {
        if (this.#body === 'until-close')
            this.isOver = true;
    }
    #takeHead(bytes, at) {
        const before = this.#head.length;
        const most = headerBytes + headEnd.length - before;
        const text = this.#head + bytes.toString('latin1', at, Math.min(bytes.length, at + most));
        const end = text.indexOf(headEnd, Math.max(0, before - headEnd.length + 1));
        if (end === -1) {
            if (bytes.length - at >= most || !mayBeHead(text, before))
                throw new MalformedAnswer('no head');
            this.#head = text;
            return bytes.length;
        }
        this.#head = '';
        const next = at + end + headEnd.length - before;
        this.#readHead(text.slice(0, end), bytes.length - next);
        return next;
    }
    /** `ahead`: so many bytes have come behind it. */
    #readHead(text, ahead) {
        const head = readAnswerHead(text, this.#method);
        if (head === undefined)
            throw new MalformedAnswer('a head that is none');
        if (head.status < 200) {
            this.#interims += 1;
            if (this.#interims > interimsMax)
                throw new MalformedAnswer('no end of interim answers');
            return;
        }
        const { body } = head;
        this.isLast = head.isLast;
        this.#body = body;
        this.#listener.onHead(head, typeof body === 'number' && body <= Math.min(ahead, joinedBytes));
        if (body === 'chunked')
            this.#chunks = new ChunkReader((piece) => this.#listener.onPiece(piece));
        else if (body !== 'until-close')
            this.#left = body;
        this.isOver = body === 0;
    }
    #takeBody(bytes, at) {
        if (at === bytes.length)
            return at;
        if (this.#chunks !== undefined) {
            const end = this.#chunks.take(bytes, at);
            this.isOver = this.#chunks.isOver;
            return end;
        }
        const isEndless = this.#body === 'until-close';
        const end = isEndless ? bytes.length : Math.min(bytes.length, at + this.#left);
        if (!isEndless)
            this.#left -= end - at;
        this.#listener.onPiece(bytes.subarray(at, end));
        this.isOver = !isEndless && this.#left === 0;
        return end;
    }
}
/** What cannot become a head is not waited for: another protocol, and lines that end in LF alone. */
function mayBeHead(text, from) {
    for (let feed = text.indexOf('\n', from); feed !== -1; feed = text.indexOf('\n', feed + 1))
        if (text[feed - 1] !== '\r')
            return false;
    return text.startsWith('HTTP/1.'.slice(0, text.length));
}

;// CONCATENATED MODULE: ./build/serve/batch.js
let waiting = [];
/**
 * Does something at the end of this turn of the event loop, in order, when all that had come was read;
 * where nothing else had come, that is at once. Writes that follow each other closely find their readers
 * awake: to wake one costs as much as all the rest of a small write, above all on a virtual machine.
 */
function atEndOfTurn(work) {
    if (waiting.push(work) === 1)
        setImmediate(doAll);
}
function doAll() {
    const all = waiting;
    waiting = [];
    let done = 0;
    try {
        while (done < all.length)
            all[done++]?.();
    }
    finally {
        // What one throws is its own affair: the others are other people's.
        for (const work of all.slice(done))
            atEndOfTurn(work);
    }
}

;// CONCATENATED MODULE: ./build/serve/dial.js



/** All connections read into the same bytes: a buffer for each would be 64 MB at a thousand streams. */
const shared = Buffer.allocUnsafeSlow(readBytes);
/**
 * Connects to an origin. `onBytes` is given what comes, which is valid during the call only; after a
 * false nothing more is read until the socket's `resume`.
 */
function dial(url, onBytes) {
    const host = url.hostname.replaceAll(/^\[|\]$/g, '');
    const isSecure = url.protocol === 'https:';
    const socket = isSecure
        ? dialSecure(host, Number(url.port || 443), onBytes)
        : (0,external_node_net_namespaceObject.connect)({
            host,
            port: Number(url.port || 80),
            onread: { buffer: shared, callback: (bytes) => onBytes(shared.subarray(0, bytes)) },
        });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, probeMs);
    socket.setTimeout(connectMs, () => socket.destroy());
    socket.once(isSecure ? 'secureConnect' : 'connect', () => socket.setTimeout(0));
    return socket;
}
function dialSecure(host, port, onBytes) {
    // An address is no name of a server (RFC 6066, section 3); certificates are checked against `host`.
    const servername = (0,external_node_net_namespaceObject.isIP)(host) === 0 ? host : '';
    const socket = (0,external_node_tls_namespaceObject.connect)({ host, port, servername, ALPNProtocols: ['http/1.1'] });
    socket.on('data', (bytes) => {
        if (!onBytes(bytes))
            socket.pause();
    });
    return socket;
}

;// CONCATENATED MODULE: ./build/serve/request-head.js
const request_head_token = /^[\w!#$%&'*+\-.^`|~]+$/;
const beyondPath = /[^\x21-\xff]/;
const request_head_beyondValue = /[^\t\x20-\x7e\x80-\xff]/;
/**
 * Writes the head of a request, each byte a character. Undefined where something would end a line
 * before its time: Node's parser and the front's own rules let nothing of that kind come so far.
 */
function writeRequestHead(place, head) {
    const { method, path, headers, length } = head;
    if (!request_head_token.test(method) || beyondPath.test(path))
        return undefined;
    const { authorization, url } = place;
    let text = `${method} ${path} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: keep-alive\r\n`;
    if (authorization !== undefined)
        text += `authorization: ${authorization}\r\n`;
    for (let index = 0; index < headers.length; index += 2) {
        const name = headers[index] ?? '';
        const value = headers[index + 1] ?? '';
        if (!request_head_token.test(name) || request_head_beyondValue.test(value))
            return undefined;
        text += `${name}: ${value}\r\n`;
    }
    if (length === undefined)
        return `${text}transfer-encoding: chunked\r\n\r\n`;
    const isBodiless = length === 0 && (method === 'GET' || method === 'HEAD');
    return isBodiless ? `${text}\r\n` : `${text}content-length: ${length}\r\n\r\n`;
}

;// CONCATENATED MODULE: ./build/serve/pump.js

/**
 * Gives what writes to the sink; its false says that nothing more should be written before `onDrain`.
 * A reader that takes nothing for `patienceMs` is cut off.
 */
function openValve(sink, options) {
    const { onDrain, patienceMs = slowReaderMs, socket } = options;
    const below = socket ?? sink;
    let late;
    const open = () => {
        clearTimeout(late);
        late = undefined;
        below.off('drain', open);
        sink.off('close', open);
        if (!sink.destroyed)
            onDrain();
    };
    return (piece) => {
        if (sink.destroyed)
            return false;
        if (socket ? socket.write(chunkOf(piece)) : sink.write(piece))
            return true;
        if (late !== undefined)
            return false;
        late = setTimeout(() => sink.destroy(), patienceMs);
        below.on('drain', open);
        sink.on('close', open);
        return false;
    };
}
/**
 * Passes bytes on as they come, and no faster than they are taken: what waits is bounded by the two
 * buffers. Ends the sink with the source.
 */
function pump(source, sink, { onBytes, ...options }) {
    const write = openValve(sink, { ...options, onDrain: () => source.resume() });
    source.on('data', (piece) => {
        if (!onBytes(piece.length) || !write(piece))
            source.pause();
    });
    source.on('end', () => sink.end());
}
/**
 * A piece as one chunk (RFC 9112, section 7.1). Node would write size, bytes and line ends one by one,
 * which is most of what an event costs: at a thousand streams each of them comes a third sooner.
 */
function chunkOf(piece) {
    const size = `${piece.length.toString(16)}\r\n`;
    const chunk = Buffer.allocUnsafe(size.length + piece.length + 2);
    chunk.write(size, 0, 'latin1');
    piece.copy(chunk, size.length);
    chunk.write('\r\n', size.length + piece.length, 'latin1');
    return chunk;
}

;// CONCATENATED MODULE: ./build/serve/send-body.js

/**
 * Sends a request that has a body, as fast as it is taken. `onEnd` is told once whether all of it was
 * sent: a stream that ends before or behind its length has not been. Without a length it goes in
 * chunks (RFC 9112, section 7.1).
 */
function sendBody(socket, head, { body, length }, onEnd) {
    if (!Buffer.isBuffer(body))
        return sendStream(socket, head, body, length, onEnd);
    socket.cork();
    socket.write(head, 'latin1');
    socket.write(body);
    socket.uncork();
    return onEnd(true);
}
function sendStream(socket, head, body, length, onEnd) {
    let sent = 0;
    let isOver = false;
    const goOn = () => void body.resume();
    const giveUp = () => void body.destroy();
    const end = (isWhole) => {
        if (isOver)
            return;
        isOver = true;
        socket.off('drain', goOn);
        socket.off('close', giveUp);
        onEnd(isWhole);
    };
    socket.write(head, 'latin1');
    socket.on('drain', goOn);
    socket.on('close', giveUp);
    body.on('data', (piece) => {
        sent += piece.length;
        if (length !== undefined && sent > length)
            return end(false);
        if (!socket.write(length === undefined ? chunkOf(piece) : piece))
            body.pause();
    });
    body.on('end', () => {
        if (length === undefined)
            socket.write('0\r\n\r\n');
        end(length === undefined || sent === length);
    });
    body.on('close', () => end(false));
}

;// CONCATENATED MODULE: ./build/serve/connections.js






/**
 * Connections that are open and free, by the address that they were opened for (the very object: its
 * origin is put together anew whenever it is asked for); the last one that was used is used first.
 */
const idle = new Map();
/**
 * Sends a request over a connection that is its own while it lasts, and returns what stops it. Only
 * what may be sent twice goes over a connection that was used before: OpenCode may close it at the
 * very moment (RFC 9112, section 9.3.1).
 */
function connections_send(place, call, mayReuse, listener) {
    const used = mayReuse ? idle.get(place.url)?.pop() : undefined;
    const connection = used ?? new Connection(place.url);
    return connection.ask(place, call, listener);
}
class Connection {
    /** It was free at the last look already. */
    isStale = false;
    #url;
    #socket;
    #wasUsed = false;
    #turn;
    constructor(url) {
        this.#url = url;
        this.#socket = dial(url, (bytes) => this.#take(bytes));
        // What breaks is told by its `close`.
        this.#socket.on('error', () => { });
        this.#socket.on('end', () => this.#takeEnd());
        this.#socket.on('close', () => this.#fail(true));
    }
    ask(place, call, listener) {
        const resume = () => this.#resume(turn);
        const reader = new AnswerReader(call.method, {
            onHead: ({ status, headers }, isHere) => {
                if (this.#turn === turn)
                    listener.onHead({ status, headers, isHere, resume });
            },
            onPiece: (piece) => {
                if (this.#turn === turn)
                    turn.isPaused = !listener.onPiece(piece);
            },
        });
        const turn = { reader, listener, hasAsked: false, isSent: false, isPaused: false };
        this.#turn = turn;
        const head = writeRequestHead(place, call);
        if (head === undefined)
            process.nextTick(() => this.#turn === turn && this.#fail(false));
        else if (call.body === undefined)
            atEndOfTurn(() => {
                if (this.#turn === turn)
                    this.#send(turn, head, call);
            });
        else
            this.#send(turn, head, call);
        return () => {
            if (this.#turn === turn)
                this.close();
        };
    }
    #send(turn, head, { body, length }) {
        turn.hasAsked = true;
        turn.isSent = body === undefined;
        if (body === undefined)
            this.#socket.write(head, 'latin1');
        else
            sendBody(this.#socket, head, { body, length }, (isWhole) => {
                turn.isSent = isWhole;
                if (!isWhole && this.#turn === turn)
                    this.#fail(false);
            });
    }
    close() {
        this.#turn = undefined;
        forget(this.#url, this);
        this.#socket.destroy();
    }
    /** False: nothing more is read for now. */
    #take(bytes) {
        const turn = this.#turn;
        if (turn?.hasAsked !== true) {
            // Nobody has asked for that.
            this.#fail(true);
            return false;
        }
        try {
            turn.reader.take(bytes);
        }
        catch {
            this.#fail(false);
            return false;
        }
        if (this.#turn !== turn)
            return false;
        if (turn.reader.isOver)
            this.#finish(turn);
        else
            return !turn.isPaused;
        return true;
    }
    /** OpenCode has closed its side, in good order. */
    #takeEnd() {
        const turn = this.#turn;
        turn?.reader.close();
        if (turn?.reader.isOver)
            this.#finish(turn);
        else
            this.#fail(true);
    }
    #resume(turn) {
        if (this.#turn !== turn)
            return;
        turn.isPaused = false;
        this.#socket.resume();
    }
    #finish({ reader, listener, isSent }) {
        this.#turn = undefined;
        this.#wasUsed = true;
        const mayStay = !reader.isLast && isSent && !this.#socket.destroyed;
        if (!mayStay || !connections_keep(this.#url, this))
            this.#socket.destroy();
        listener.onEnd();
    }
    #fail(isClosed) {
        const turn = this.#turn;
        this.close();
        turn?.listener.onError(isClosed && this.#wasUsed && !turn.reader.hasBegun);
    }
}
/** False where there are enough of them. */
function connections_keep(url, connection) {
    const free = idle.get(url) ?? [];
    if (free.length >= idleConnections)
        return false;
    connection.isStale = false;
    free.push(connection);
    idle.set(url, free);
    sweeping ??= setInterval(sweep, idleMs).unref();
    return true;
}
function forget(url, connection) {
    const free = idle.get(url);
    const at = free?.indexOf(connection) ?? -1;
    if (at !== -1)
        free?.splice(at, 1);
    if (free?.length === 0)
        idle.delete(url);
}
let sweeping;
/** Closes what nobody has used since the last look. */
function sweep() {
    for (const connection of [...idle.values()].flat()) {
        if (connection.isStale)
            connection.close();
        connection.isStale = true;
    }
    if (idle.size > 0)
        return;
    clearInterval(sweeping);
    sweeping = undefined;
}

;// CONCATENATED MODULE: ./build/serve/pass-back.js




const eventStream = /^text\/event-stream\b/i;
const unbuffered = 'x-accel-buffering';
/** Begins an answer as OpenCode began it. */
function beginAnswer(response, head) {
    const { status, resume } = head;
    const headers = passResponseHeaders(head.headers);
    const isStream = headers_valuesOf(headers, 'content-type').some((type) => eventStream.test(type));
    if (isStream && headers_valuesOf(headers, unbuffered).length === 0)
        headers.push(unbuffered, 'no');
    // What is left of a body that OpenCode did not wait for must not be taken for the next request.
    if (!response.req.complete)
        headers.push('connection', 'close');
    response.writeHead(status, headers);
    if (isStream) {
        response.flushHeaders();
        // Its head is out already: what follows may be written under it.
        const socket = response.chunkedEncoding ? response.socket : null;
        const write = openValve(response, { onDrain: resume, socket });
        const copy = (piece) => write(Buffer.from(piece));
        return { isStream, write: socket === null ? copy : write, end: () => response.end() };
    }
    if (head.isHere)
        return joinWhole(response);
    return joinHead(response, openValve(response, { onDrain: resume }));
}
/** Node joins text to a head, and nothing else; Latin-1 is every byte as it is. */
function joinWhole(response) {
    let text = '';
    return {
        isStream: false,
        write: (piece) => {
            text += piece.toString('latin1');
            return true;
        },
        end: () => atEndOfTurn(() => response.end(text, 'latin1')),
    };
}
/**
 * Holds the first piece until the end of this turn of the event loop: an answer that is there whole by
 * then is written at once with its head, which is a third of what a small request costs.
 */
function joinHead(response, write) {
    let held;
    let isFirst = true;
    const release = () => {
        if (held !== undefined)
            write(held);
        held = undefined;
    };
    return {
        isStream: false,
        write: (piece) => {
            release();
            const mayHold = isFirst && piece.length <= joinedBytes;
            isFirst = false;
            if (!mayHold)
                return write(Buffer.from(piece));
            held = Buffer.from(piece);
            process.nextTick(release);
            return true;
        },
        end: () => {
            if (held === undefined)
                response.end();
            else
                response.end(held.toString('latin1'), 'latin1');
            held = undefined;
        },
    };
}

;// CONCATENATED MODULE: ./build/serve/forward.js






/** Passes a request on, and its answer back; returns at once. */
function forward_forward(exchange, forwarding) {
    const { request, response, count } = exchange;
    let stop = () => { };
    const body = forward_bodyOf(exchange, forwarding, () => stop());
    const call = {
        method: request.method ?? 'GET',
        path: forwarding.path,
        headers: passRequestHeaders(request.rawHeaders, forwarding.drop),
        length: forwarding.body?.length ?? bodyBytes(request),
        body,
    };
    const mayRepeat = call.method === 'GET' && body === undefined;
    const tell = firstOnly(forwarding.onStatus);
    let answer;
    const listener = {
        onHead: (head) => {
            tell(head.status);
            if (response.headersSent || response.destroyed)
                return stop();
            // That is about our own login to OpenCode; to the client it would say that its token is wrong.
            if (head.status === 401 || head.status === 407) {
                stop();
                return answers_send(response, answers.upstreamDown, true);
            }
            answer = beginAnswer(response, head);
            if (answer.isStream)
                exchange.isStream = true;
        },
        onPiece: (piece) => {
            count.bytesOut += piece.length;
            return answer?.write(piece) ?? false;
        },
        onEnd: () => answer?.end(),
        onError: (wasClosed) => {
            // The one connection that OpenCode closed just then; a new one tells.
            if (wasClosed && !response.destroyed)
                return attempt(false);
            tell(0);
            // What ended before its time must not look whole to the client: its connection is cut as well.
            answers_send(response, answers.upstreamDown, true);
        },
    };
    const attempt = (mayReuse) => {
        stop = connections_send(forwarding.place, call, mayReuse, listener);
    };
    exchange.stop = () => {
        tell(0);
        stop();
    };
    attempt(mayRepeat);
}
function firstOnly(told) {
    let isTold = false;
    return (status) => {
        if (!isTold)
            told(status);
        isTold = true;
    };
}
/** How long the body says it is; undefined: it comes in chunks. */
function bodyBytes(request) {
    if (request.headers['transfer-encoding'] !== undefined)
        return undefined;
    return Number(request.headers['content-length'] ?? 0);
}
/** What is sent of a body: what was read already, or what comes in; undefined: there is none. */
function forward_bodyOf({ request, response, count, waitsForContinue }, { body, maxBodyBytes }, stop) {
    if (body !== undefined || bodyBytes(request) === 0)
        return body;
    if (waitsForContinue)
        response.writeContinue();
    const passing = new external_node_stream_namespaceObject.PassThrough();
    // What breaks on the way to OpenCode is told by its answer that does not come.
    passing.on('error', () => { });
    pump(request, passing, {
        onBytes: (bytes) => {
            count.bytesIn += bytes;
            if (count.bytesIn <= maxBodyBytes)
                return true;
            answers_send(response, answers.tooLarge, true);
            stop();
            return false;
        },
    });
    // A client that went away in the middle of its body has asked for nothing.
    request.on('close', () => {
        if (!request.complete)
            stop();
    });
    return passing;
}

;// CONCATENATED MODULE: ./build/serve/pass.js




/** Passes on what may pass: route first, then where it leads to, its body, and whether there is room. */
async function pass_pass(exchange, target, setting) {
    const { request, response } = exchange;
    const route = matchRoute(setting.routes, request.method ?? '', target);
    if (route === undefined)
        return answers_send(response, answers.forbidden, true);
    exchange.route = route.template;
    const { maxBodyBytes } = setting.limits;
    if ((bodyBytes(request) ?? 0) > maxBodyBytes)
        return answers_send(response, answers.tooLarge, true);
    const bounds = boundsOf(exchange, setting);
    // Without roots there is nothing to wait for, and most requests have none.
    const checked = bounds.roots.length === 0
        ? passAnywhere(target.search, request.rawHeaders)
        : await pass_check(exchange, target, route, { bounds, setting });
    if ('answer' in checked)
        return answers_send(response, checked.answer, true);
    const place = setting.upstream.place();
    if (place === undefined)
        return answers_send(response, answers.upstreamDown, true);
    if (response.destroyed)
        return;
    const onStatus = takeSlot(route, target, checked.directory, setting);
    if (onStatus === undefined)
        return answers_send(response, answers.busy, true);
    noteUse(exchange, checked.directory, setting);
    forward_forward(exchange, {
        place,
        path: `/${target.segments.join('/')}${checked.search}`,
        drop: checked.drop,
        body: checked.body,
        maxBodyBytes,
        onStatus,
    });
}
/** What passes on, all of it checked: where it leads to, whose session it is, what its body says. */
async function pass_check(exchange, target, route, { bounds, setting }) {
    const confined = await confine(bounds, route, target.search, exchange.request.rawHeaders);
    if ('answer' in confined)
        return confined;
    const elsewhere = await checkSession(target, bounds, setting);
    if (elsewhere !== undefined)
        return { answer: elsewhere };
    const body = await checkBody(exchange, route, confined.directory, { bounds, setting });
    if (body !== undefined && !Buffer.isBuffer(body))
        return { answer: body };
    return { ...confined, body };
}
/** What this token may use: the roots, and the workspaces that are its own. */
function boundsOf({ token }, { bounds, workspaces }) {
    if (workspaces === undefined || token === undefined)
        return bounds;
    return { ...bounds, roots: [...bounds.roots, workspaces.folderOf(token)] };
}
/** A workspace that is in use is not removed. */
function noteUse({ response }, directory, { workspaces }) {
    if (workspaces === undefined || directory === undefined)
        return;
    response.once('close', workspaces.use(directory));
}
/** A session must work inside of them, whatever directory the request names. */
async function checkSession({ segments }, { roots }, { whereabouts }) {
    for (const session of segments.filter((segment) => segment.startsWith('ses_'))) {
        const where = await whereabouts(session, roots);
        if (where === 'outside')
            return answers.forbidden;
        if (where === 'unknown')
            return answers.upstreamDown;
    }
    return undefined;
}
/** The body as it goes on, where it must be known before; undefined: it is streamed. */
async function checkBody(exchange, route, directory, { bounds, setting: { limits } }) {
    if (route.body === undefined)
        return undefined;
    const { request, response, waitsForContinue } = exchange;
    const { 'content-type': type = '', 'content-encoding': coding } = request.headers;
    if (bodyBytes(request) === 0 && route.body === 'session')
        return undefined;
    const isJson = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type);
    if (!isJson || coding !== undefined)
        return answers.unsupported;
    if (waitsForContinue) {
        response.writeContinue();
        exchange.waitsForContinue = false;
    }
    const body = await readBody(request, limits.maxBodyBytes);
    if (body === undefined)
        return answers.tooLarge;
    exchange.count.bytesIn = body.length;
    return await confineBody(bounds.roots, directory ?? '/', route.body, body);
}
/** Undefined where it is too large; rejects where the client went away. */
async function readBody(request, maxBytes) {
    const pieces = [];
    let bytes = 0;
    return await new Promise((resolve, reject) => {
        if (request.destroyed)
            reject(new Error('The client went away.'));
        request.on('data', (piece) => {
            bytes += piece.length;
            if (bytes <= maxBytes)
                return void pieces.push(piece);
            request.pause();
            resolve(undefined);
        });
        request.on('end', () => resolve(Buffer.concat(pieces)));
        request.on('close', () => reject(new Error('The client went away.')));
    });
}
/** What is to be told of how OpenCode answered; undefined where there is no slot for a prompt. */
function takeSlot(route, { segments }, directory, { slots }) {
    if (route.body !== 'prompt')
        return () => { };
    const session = segments[1] ?? '';
    if (!slots.admit(session, directory))
        return undefined;
    return (status) => slots.settle(session, endOf(status, route));
}
function endOf(status, { template }) {
    if (status === 0 || status >= 500)
        return 'unknown';
    if (status >= 400)
        return 'refused';
    // `message` answers when the turn is over, `prompt_async` before it begins.
    return template.endsWith('/message') ? 'over' : 'taken';
}

;// CONCATENATED MODULE: ./build/serve/target.js

/**
 * What a part of a path may hold once it was decoded: no slash of either kind, no `;`, no control
 * character, nothing beyond ASCII, and no `%`, so that nobody behind us can decode it once more.
 */
const plain = new RegExp(`^[\\w.~@:+-]{1,${segmentChars}}$`);
/**
 * Reads a request's target in origin form (RFC 9112, section 3.2.1). Undefined for every other form,
 * for a fragment, for a malformed escape, and for a path that has empty parts, dots or characters
 * that servers read in different ways.
 */
function readTarget(url) {
    if (!url.startsWith('/') || url.length > targetChars || url.includes('#'))
        return undefined;
    const mark = url.indexOf('?');
    const path = mark === -1 ? url : url.slice(0, mark);
    const segments = [];
    for (const raw of path.slice(1).split('/')) {
        const segment = decode(raw);
        if (segment === undefined || !plain.test(segment) || /^\.+$/.test(segment))
            return undefined;
        segments.push(segment);
    }
    return { segments, search: mark === -1 ? '' : url.slice(mark) };
}
/** The one decoding (RFC 3986, section 2.4); undefined where an escape is malformed or not UTF-8. */
function decode(raw) {
    if (!raw.includes('%'))
        return raw;
    try {
        return decodeURIComponent(raw);
    }
    catch {
        return undefined;
    }
}

// EXTERNAL MODULE: ./node_modules/tar-stream/index.js
var tar_stream = __nccwpck_require__(118);
;// CONCATENATED MODULE: ./build/serve/workspaces/names.js

/**
 * Code points that HFS+ leaves out of names, so that `.g‌it` is `.git` there.
 * https://git-scm.com/docs/git-config#Documentation/git-config.txt-coreprotectHFS
 */
const ignored = /[\u200C-\u200F\u202A-\u202E\u206A-\u206F\uFEFF]/g;
/** Whether a part of a path is git's own folder, in any spelling that git refuses. */
function isGitFolder(part) {
    // NTFS: what follows a colon is a stream, spaces and dots at the end do not count; `git~1` is short.
    const onNtfs = part.replace(/:.*$/s, '').replace(/[ .]+$/, '');
    return /^(\.git|git~1)$/i.test(onNtfs) || /^\.git$/i.test(part.replaceAll(ignored, ''));
}
/**
 * Why a name must not be laid out, to stand after it; undefined where it may be. It comes as bytes,
 * one character each, for git's names are no text. A backslash parts a name elsewhere: what would be
 * dangerous there is refused here.
 */
function problemOfName(name) {
    if (name === '')
        return 'is empty';
    if (name.length > nameBytes)
        return 'is too long';
    if (name.includes('\0'))
        return 'holds a NUL';
    if (/^[/\\]|^[a-z]:[/\\]/i.test(name))
        return 'is absolute';
    for (const part of name.split('/')) {
        if (part === '' || part === '.')
            return 'is not in its plain form';
        if (part.length > partBytes)
            return 'has a part that is too long';
    }
    const parts = Buffer.from(name, 'latin1').toString('utf8').split(/[/\\]/);
    if (parts.includes('..'))
        return 'leads out of its folder';
    return parts.some(isGitFolder) ? "is git's own" : undefined;
}
/** Begins with none. */
function collectNames() {
    const kinds = new Map();
    const links = new Map();
    return {
        add: (name, kind) => {
            const problem = problemOfName(name);
            if (problem !== undefined)
                return problem;
            for (let at = name.indexOf('/'); at !== -1; at = name.indexOf('/', at + 1)) {
                const above = name.slice(0, at);
                if ((kinds.get(above) ?? 'folder') !== 'folder')
                    return 'lies in what is no folder';
                kinds.set(above, 'folder');
            }
            const before = kinds.get(name);
            if (before !== undefined && (before !== 'folder' || kind !== 'folder'))
                return 'is there twice';
            kinds.set(name, kind);
            return undefined;
        },
        link: (name, target) => {
            if (target === '' || target.includes('\0'))
                return 'leads nowhere';
            if (target.length > nameBytes)
                return 'has a target that is too long';
            // Git reads it as configuration: https://git-scm.com/docs/gitmodules
            if (/(^|\/)\.gitmodules$/i.test(name))
                return 'must be no link';
            links.set(name, target);
            return undefined;
        },
        findWayOut: () => [...links.keys()].find((name) => leadsOut(name, links)),
    };
}
/** Follows a link as the kernel would: each part, and each link on the way. */
function leadsOut(name, links) {
    const rest = name.split('/').toReversed();
    const at = [];
    for (let followed = 0; rest.length > 0;) {
        const part = rest.pop() ?? '';
        if (part === '' || part === '.')
            continue;
        if (part === '..') {
            if (at.pop() === undefined)
                return true;
            continue;
        }
        at.push(part);
        const target = links.get(at.join('/'));
        if (target === undefined)
            continue;
        if (target.startsWith('/'))
            return true;
        followed += 1;
        // The kernel gives up as well: path_resolution(7), ELOOP.
        if (followed > linksFollowed)
            return false;
        at.pop();
        rest.push(...target.split('/').toReversed());
    }
    return false;
}

;// CONCATENATED MODULE: ./build/serve/workspaces/read-tar.js


/** A snapshot that must not be laid out; its message is for whoever has sent it. */
class Refused extends Error {
    name = 'Refused';
    status;
    constructor(message, status = 422) {
        super(message);
        this.status = status;
    }
}
/** In a folder's header: the commit of a submodule, which is an empty folder to all others. */
const moduleRecord = 'MENTIONLOOP.gitlink';
/**
 * Reads a tar stream, ustar with the headers of pax and GNU, entry by entry, as fast as they are
 * taken. Throws `Refused` for what is no plain file, link or folder inside of the whole, for what is
 * there twice, and past the limits; links are judged once all of them are known. The source is left
 * as it is, unless nothing came of it for `silenceMs`.
 */
async function* readTar(source, limits, count) {
    const reader = (0,tar_stream.extract)(reading);
    const fed = feed(source, reader, limits, count);
    fed.catch((error) => reader.destroy(error));
    const names = collectNames();
    let entries = 0;
    try {
        for await (const entry of reader) {
            entries += 1;
            if (entries > limits.entries)
                throw new Refused(`The snapshot holds more than ${limits.entries} files.`, 413);
            const read = readEntry(entry.header, contentOf(entry), names, limits);
            if (read !== undefined)
                yield read;
            entry.resume();
        }
        await fed;
    }
    catch (error) {
        throw isUnreadable(error) ? unreadable() : error;
    }
    const wayOut = names.findWayOut();
    if (wayOut !== undefined)
        throw new Refused(`${shown(wayOut)} leads out of its folder.`);
}
/** An entry's bytes; where the stream ends before them, so do they, for whoever reads them. */
async function* contentOf(entry) {
    try {
        for await (const piece of entry)
            yield piece;
    }
    catch (error) {
        throw isUnreadable(error) ? unreadable() : error;
    }
}
/** What the library says of a stream that it cannot read. */
function isUnreadable(error) {
    return error instanceof Error && /header|unexpected end/i.test(error.message);
}
function unreadable() {
    return new Refused('The snapshot is no tar archive that can be read, or not a whole one.');
}
async function feed(source, reader, { bytes, silenceMs }, count) {
    let sum = 0;
    const pieces = source.iterator({ destroyOnReturn: false });
    for (;;) {
        const silent = setTimeout(() => source.destroy(new Error('The client is silent.')), silenceMs);
        const next = pieces.next().finally(() => clearTimeout(silent));
        const { done, value } = (await next);
        if (done === true || value === undefined)
            break;
        count(value.length);
        sum += value.length;
        if (sum > bytes)
            throw new Refused(`The snapshot is larger than ${bytes} bytes.`, 413);
        if (reader.destroyed)
            return;
        if (!reader.write(value))
            await drained(reader);
    }
    reader.end(undefined);
}
/** Resolves when it takes more, or never will again. */
function drained(sink) {
    if (sink.destroyed)
        return Promise.resolve();
    return new Promise((resolve) => {
        const done = () => {
            sink.off('drain', done);
            sink.off('close', done);
            resolve();
        };
        sink.on('drain', done);
        sink.on('close', done);
    });
}
/** Names are bytes: pax alone says that its own are UTF-8. */
const reading = { highWaterMark: 64 * 1024, filenameEncoding: 'latin1' };
/** What is to be made of an entry; undefined for a folder, which there is where there is a file in it. */
function readEntry(header, content, names, { bytes: most }) {
    const { type, size, mode } = header;
    const pax = paxOf(header);
    const name = bytesOf(header.name, pax['path']);
    if (Object.keys(pax).some((key) => key.startsWith('GNU.sparse')))
        throw new Refused(`${shown(name)} is a sparse file.`);
    const add = (plain, kind) => {
        const problem = names.add(plain, kind);
        if (problem !== undefined)
            throw new Refused(`${shown(plain)} ${problem}.`);
        return plain;
    };
    if (type === 'file') {
        if (size > most)
            throw new Refused(`${shown(name)} is larger than ${most} bytes.`, 413);
        const isExecutable = (mode & 0o100) !== 0;
        return { kind: 'file', name: add(name, 'file'), isExecutable, bytes: size, content };
    }
    if (type === 'symlink') {
        const target = bytesOf(header.linkname, pax['linkpath']);
        const problem = names.link(add(name, 'link'), target);
        if (problem !== undefined)
            throw new Refused(`${shown(name)} ${problem}.`);
        return { kind: 'link', name, target };
    }
    if (type !== 'directory')
        throw new Refused(`${shown(name)} is no plain file, link or folder.`);
    const plain = name.replace(/\/$/, '');
    const commit = pax[moduleRecord];
    if (commit === undefined)
        return void add(plain, 'folder');
    if (!/^([\da-f]{40}|[\da-f]{64})$/.test(commit))
        throw new Refused(`${shown(plain)} names no commit.`);
    return { kind: 'module', name: add(plain, 'module'), commit };
}
function paxOf({ pax }) {
    return typeof pax === 'object' && pax !== null ? pax : {};
}
/** A name as bytes, a character each; what pax gives was decoded as UTF-8 before. */
function bytesOf(plain, inPax) {
    if (inPax === undefined || inPax === '')
        return plain ?? '';
    if (inPax.includes('\uFFFD'))
        throw new Refused(`${shown(inPax)} is no UTF-8, as pax has it.`);
    return Buffer.from(inPax, 'utf8').toString('latin1');
}
/** A name for a person, on one line and not too long. */
function shown(name) {
    return JSON.stringify(name.slice(0, 200)).replaceAll(/[^\x20-\x7e]/g, '?');
}

;// CONCATENATED MODULE: ./build/serve/workspaces/answer.js
var __addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
    if (value !== null && value !== void 0) {
        if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
        var dispose, inner;
        if (async) {
            if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
            dispose = value[Symbol.asyncDispose];
        }
        if (dispose === void 0) {
            if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
            dispose = value[Symbol.dispose];
            if (async) inner = dispose;
        }
        if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
        if (inner) dispose = function() { try { inner.call(this); } catch (e) { return Promise.reject(e); } };
        env.stack.push({ value: value, dispose: dispose, async: async });
    }
    else if (async) {
        env.stack.push({ async: true });
    }
    return value;
};
var __disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
    return function (env) {
        function fail(e) {
            env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
            env.hasError = true;
        }
        var r, s = 0;
        function next() {
            while (r = env.stack.pop()) {
                try {
                    if (!r.async && s === 1) return s = 0, env.stack.push(r), Promise.resolve().then(next);
                    if (r.dispose) {
                        var result = r.dispose.call(r.value);
                        if (r.async) return s |= 2, Promise.resolve(result).then(next, function(e) { fail(e); return next(); });
                    }
                    else s |= 1;
                }
                catch (e) {
                    fail(e);
                }
            }
            if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
            if (env.hasError) throw env.error;
        }
        return next();
    };
})(typeof SuppressedError === "function" ? SuppressedError : function (error, suppressed, message) {
    var e = new Error(message);
    return e.name = "SuppressedError", e.error = error, e.suppressed = suppressed, e;
});






const keyShape = new RegExp(`^[a-z\\d][a-z\\d-]{0,${keyChars - 1}}$`);
/** Answers what is asked of workspaces; OpenCode does not hear of it. */
async function answerWorkspaces(exchange, { segments, search }, setting, workspaces) {
    const { request, response, token } = exchange;
    const [, key, last] = segments;
    const path = ['/workspaces', key === undefined ? '' : '/:workspace', last ?? ''];
    const template = path.join(last === undefined ? '' : '/').replace('//', '/');
    const route = `${request.method} ${segments.length > 3 ? '' : template}`;
    const answer = routes.get(route);
    if (answer === undefined || token === undefined)
        return answers_send(response, answers.forbidden, true);
    exchange.route = template;
    if (search !== '' || (key !== undefined && !keyShape.test(key)))
        return answers_send(response, answers.malformed, true);
    const gone = new AbortController();
    response.once('close', () => gone.abort(new Error('The client went away.')));
    const { signal } = gone;
    await answer({ exchange, setting, workspaces, token, key: key ?? '', signal });
}
const routes = new Map([
    ['GET /workspaces', tell],
    ['PUT /workspaces/:workspace', (asked) => inTurn(asked, put)],
    ['GET /workspaces/:workspace/patch', (asked) => inTurn(asked, patch)],
    ['DELETE /workspaces/:workspace', remove],
]);
/** What a client asks first: that there are any, and what fits in. */
function tell({ exchange, workspaces }) {
    const { bytes, entries } = workspaces.limits;
    sendJson(exchange.response, 200, { workspaces: { maxBytes: bytes, maxFiles: entries } });
}
async function inTurn(asked, work) {
    const { exchange, setting } = asked;
    if (setting.jobs >= workspaceJobs)
        return await refuse(exchange, answers.manyJobs);
    setting.jobs += 1;
    try {
        await work(asked);
    }
    catch (error) {
        if (asked.signal.aborted)
            return;
        const isTheirs = error instanceof Refused;
        if (!isTheirs)
            setting.report.trouble(error);
        const answer = isTheirs ? { status: error.status, body: error.message } : answers.noWorkspace;
        await refuse(exchange, answer);
    }
    finally {
        setting.jobs -= 1;
    }
}
async function put({ exchange, workspaces, token, key, signal }) {
    const { request, response, count } = exchange;
    if ((bodyBytes(request) ?? 0) > workspaces.limits.bytes)
        return await refuse(exchange, answers.tooLarge);
    if (request.headers['content-encoding'] !== undefined)
        return await refuse(exchange, answers.notPlain);
    exchange.isUpload = true;
    if (exchange.waitsForContinue)
        response.writeContinue();
    const snapshot = { source: request, count: (bytes) => (count.bytesIn += bytes) };
    const laid = await workspaces.put(token, key, snapshot, signal);
    if (typeof laid === 'string')
        return await refuse(exchange, unavailable[laid]);
    const { directory, commit, tree } = laid;
    sendJson(response, 200, { directory, commit, tree });
}
async function patch({ exchange, workspaces, token, key, signal }) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const { response, count } = exchange;
        const made = await workspaces.patch(token, key, signal);
        if (made === undefined)
            return answers_send(response, answers.unknownWorkspace, true);
        if (typeof made === 'string')
            return answers_send(response, unavailable[made], true);
        const file = __addDisposableResource(env_1, made, true);
        response.writeHead(200, {
            'content-type': 'application/octet-stream',
            'content-length': file.bytes,
            'cache-control': 'no-store',
            'mention-loop-tree': file.tree,
        });
        const source = (0,external_node_fs_.createReadStream)(file.path);
        source.on('error', () => response.destroy());
        pump(source, response, { onBytes: (bytes) => (count.bytesOut += bytes) > 0 });
        await new Promise((resolve) => response.once('close', resolve));
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        const result_1 = __disposeResources(env_1);
        if (result_1)
            await result_1;
    }
}
async function remove({ exchange, workspaces, token, key }) {
    const removed = await workspaces.remove(token, key);
    if (typeof removed === 'string')
        return answers_send(exchange.response, unavailable[removed], true);
    if (!removed)
        return answers_send(exchange.response, answers.unknownWorkspace, true);
    exchange.response.writeHead(204).end();
}
const unavailable = {
    'in-use': answers.workspaceInUse,
    full: answers.workspacesFull,
};
/**
 * Says no before all of a snapshot has come. What is left of it is read for a while: a connection
 * that is closed on a client in mid-word takes our answer with it (RFC 9112, section 9.6).
 */
async function refuse({ request, response }, answer) {
    if (response.headersSent || response.destroyed)
        return void response.destroy();
    const text = `${answer.body}\n`;
    response.writeHead(answer.status, {
        'content-type': 'text/plain; charset=utf-8',
        'content-length': Buffer.byteLength(text),
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        ...answer.headers,
        connection: 'close',
    });
    response.write(text);
    if (!request.complete) {
        request.resume();
        await new Promise((resolve) => {
            const late = setTimeout(resolve, refusedReadMs);
            for (const event of ['end', 'close'])
                request.once(event, () => {
                    clearTimeout(late);
                    resolve();
                });
        });
    }
    response.end();
}
function sendJson(response, status, body) {
    const text = JSON.stringify(body);
    response.writeHead(status, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
        'cache-control': 'no-store',
    });
    response.end(text);
}

;// CONCATENATED MODULE: ./build/serve/admit.js









/**
 * Takes one request: the two open endpoints, then the token, and only then anything that depends on
 * what was asked for.
 */
async function admit(exchange, setting) {
    const { request, response } = exchange;
    if (request.method === 'GET' && request.url === '/healthz') {
        exchange.route = '/healthz';
        return answers_send(response, answers.alive, false);
    }
    if (request.method === 'GET' && request.url === '/readyz') {
        exchange.route = '/readyz';
        const isReady = !setting.isDraining && (await setting.isReady());
        return answers_send(response, isReady ? answers.ready : answers.notReady, false);
    }
    const authorizations = headers_valuesOf(request.rawHeaders, 'authorization');
    const digest = digestOn(request.socket, presentedBy(authorizations));
    exchange.token = findToken(setting.tokens, digest);
    if (exchange.token === undefined)
        return await admit_refuse(exchange, setting);
    setting.open.add(exchange);
    await take(exchange, setting);
}
/** One answer for a token that is missing, wrong or was taken away, later and later by address. */
async function admit_refuse({ request, response }, setting) {
    setting.report.count('refused');
    const delayMs = setting.delays.refuse(request.socket.remoteAddress ?? '');
    if (setting.waiting >= refusalsWaiting)
        return void request.destroy();
    setting.waiting += 1;
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    await (0,external_node_timers_promises_namespaceObject.setTimeout)(delayMs, undefined, { signal: gone.signal }).catch(() => { });
    setting.waiting -= 1;
    answers_send(response, answers.unauthorized, true);
}
/** A request of somebody who is let in: is it a request that we understand? */
async function take(exchange, setting) {
    const { request, response } = exchange;
    if (request.rawHeaders.length / 2 > headersMax)
        return answers_send(response, answers.manyHeaders, true);
    const { expect } = request.headers;
    if (expect !== undefined && expect.toLowerCase() !== '100-continue')
        return answers_send(response, answers.expectation, true);
    if (isAmbiguous(exchange))
        return answers_send(response, answers.malformed, true);
    const target = readTarget(request.url ?? '');
    if (target === undefined)
        return answers_send(response, answers.malformed, true);
    if (request.method === 'GET' && request.url === '/metrics') {
        exchange.route = '/metrics';
        return sendMetrics(exchange, setting);
    }
    if (setting.isDraining)
        return answers_send(response, answers.draining, true);
    if (setting.workspaces !== undefined && target.segments[0] === 'workspaces')
        return await answerWorkspaces(exchange, target, setting, setting.workspaces);
    await pass_pass(exchange, target, setting);
}
/**
 * What two servers could read in two ways: more than one `Host` (RFC 9112, section 3.2), a transfer
 * coding other than `chunked` (section 6.1), and one beside a length; and what would make the
 * connection another protocol's (RFC 9110, section 7.8). Node's parser has refused the rest: lengths
 * that differ or are no number, folded lines, bare CR and LF, spaces before a colon.
 */
function isAmbiguous({ request }) {
    const { rawHeaders, httpVersion } = request;
    if (httpVersion !== '1.1' && httpVersion !== '1.0')
        return true;
    const counts = { host: 0, 'content-length': 0, 'transfer-encoding': 0 };
    for (let index = 0; index < rawHeaders.length; index += 2) {
        const name = rawHeaders[index]?.toLowerCase();
        if (name === 'upgrade')
            return true;
        if (name === 'transfer-encoding' && rawHeaders[index + 1]?.toLowerCase() !== 'chunked')
            return true;
        if (name === 'host' || name === 'content-length' || name === 'transfer-encoding')
            counts[name] += 1;
    }
    return counts.host > 1 || counts['content-length'] + counts['transfer-encoding'] > 1;
}
function sendMetrics({ response }, setting) {
    const text = setting.report.render({
        streams: countStreams(setting),
        busy: setting.slots.size,
    });
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(text);
}

;// CONCATENATED MODULE: ./build/serve/roll.js
/** Where what stands on no roll stands. */
const nowhere = -1;
/**
 * What is under way, in no order; to add and to take away cost the same however many there are. No `Set`:
 * V8 gives one a new table every so many changes, to which the table before leads. Once such a table has
 * become old, all later ones, and what stood in them, outlive their use until all memory is looked
 * through: a third of the memory that requests took, and a fifth of their time.
 */
class Roll {
    #all = [];
    get size() {
        return this.#all.length;
    }
    add(entry) {
        if (entry.place === nowhere)
            entry.place = this.#all.push(entry) - 1;
    }
    delete(entry) {
        const { place } = entry;
        const last = this.#all.at(-1);
        if (last === undefined || this.#all[place] !== entry)
            return;
        this.#all[place] = last;
        last.place = place;
        this.#all.pop();
        entry.place = nowhere;
    }
    /** As it is now: what comes or goes meanwhile changes nothing. */
    [Symbol.iterator]() {
        return this.#all.slice()[Symbol.iterator]();
    }
}

;// CONCATENATED MODULE: ./build/serve/front.js








/** Listens. Throws `invalid-input` where the address is in use or cannot be had. */
async function openFront({ host, port }, pair, setting) {
    const server = create(pair, setting.limits);
    const busy = new WeakMap();
    const serve = (request, response, waits) => {
        const { socket } = request;
        const open = (busy.get(socket) ?? 0) + 1;
        busy.set(socket, open);
        if (open > openPerSocket)
            return void socket.destroy();
        const exchange = exchangeOf(request, response, waits);
        response.on('close', () => {
            busy.set(socket, (busy.get(socket) ?? 1) - 1);
            end(exchange, setting);
        });
        begin(exchange, setting);
    };
    server.on('request', (request, response) => serve(request, response, false));
    server.on('checkContinue', (request, response) => serve(request, response, true));
    server.on('checkExpectation', (request, response) => serve(request, response, false));
    server.on('clientError', (error, socket) => {
        // An answer that is on its way must not get another one into its middle.
        if ((busy.get(socket) ?? 0) > 0)
            socket.destroy();
        else
            refuseMalformed(error, socket);
    });
    // Without a listener Node would close the connection without a word. RFC 9110, section 9.3.6.
    server.on('connect', (_request, socket) => endWith(socket, 400));
    await listen(server, host, port);
    return {
        address: server.address(),
        renew: ({ tokens, pair: next }) => {
            setting.tokens = tokens;
            if (next !== undefined && 'setSecureContext' in server)
                server.setSecureContext(next);
            for (const { token, response } of setting.open) {
                const isLeft = tokens.some((each) => token?.digest.equals(each.digest));
                if (!isLeft)
                    response.destroy();
            }
        },
        drain: (ms, signal) => drain(setting, ms, signal),
        [Symbol.asyncDispose]: async () => {
            server.closeAllConnections();
            await new Promise((resolve) => server.close(resolve));
        },
    };
}
function create(pair, limits) {
    const strict = {
        insecureHTTPParser: false,
        maxHeaderSize: headerBytes,
        headersTimeout: limits.headersMs ?? headersMs,
        // A snapshot's; others are watched one by one.
        requestTimeout: workspaceReadMs,
        keepAliveTimeout: keepAliveMs,
        connectionsCheckingInterval: lateCheckMs,
        requireHostHeader: true,
        rejectNonStandardBodyWrites: true,
    };
    const server = pair === undefined
        ? (0,external_node_http_namespaceObject.createServer)(strict)
        : (0,external_node_https_namespaceObject.createServer)({
            ...strict,
            ...pair,
            minVersion: 'TLSv1.2',
            handshakeTimeout: headersMs,
            ALPNProtocols: ['http/1.1'],
        });
    server.maxRequestsPerSocket = requestsPerSocket;
    server.maxConnections = socketsMax;
    // Node would drop what is beyond a count in silence: we count ourselves, and refuse.
    server.maxHeadersCount = 0;
    // Event streams are silent for long: nothing that was answered is cut for being idle.
    server.timeout = 0;
    return server;
}
async function listen(server, host, port) {
    await new Promise((resolve, reject) => {
        server.once('error', (error) => {
            const where = `\`${host}:${port}\``;
            const problem = error.code === 'EADDRINUSE'
                ? `is ${where}, and that port is in use`
                : `is ${where}, and nobody can listen there (${(0,errors/* messageOf */.bD)(error)})`;
            const message = `--listen ${problem}; expected a free address of this machine.`;
            reject(new errors/* ActionError */.lZ('invalid-input', message, { cause: error }));
        });
        server.listen(port, host, resolve);
    });
}
function exchangeOf(request, response, waitsForContinue) {
    return {
        request,
        response,
        waitsForContinue,
        startedAt: performance.now(),
        token: undefined,
        route: undefined,
        isStream: false,
        isUpload: false,
        count: { bytesIn: 0, bytesOut: 0 },
        stop: undefined,
        place: nowhere,
    };
}
function begin(exchange, setting) {
    const { request, response } = exchange;
    // What breaks on the way to a client is no news: its `close` says all.
    request.on('error', ignore);
    response.on('error', ignore);
    if (bodyBytes(request) !== 0)
        cutLate(exchange, setting);
    admit(exchange, setting).catch(() => response.destroy());
}
function ignore() { }
/** It is over, or its client is gone. One listener sees to it all: each costs every request. */
function end(exchange, setting) {
    setting.open.delete(exchange);
    exchange.stop?.();
    note(exchange, setting);
}
/** A body that has not come in by then comes slowly on purpose. */
function cutLate(exchange, { limits }) {
    const { request } = exchange;
    const late = setTimeout(() => {
        if (!request.complete && !exchange.isUpload)
            request.destroy();
    }, limits.requestReadMs ?? requestReadMs);
    late.unref();
    request.once('close', () => clearTimeout(late));
}
function note(exchange, { report }) {
    const { request, response, token, route, count, startedAt } = exchange;
    report.request({
        token: token?.name,
        method: request.method ?? '',
        route,
        status: response.headersSent ? response.statusCode : 0,
        ...count,
        ms: Math.round((performance.now() - startedAt) * 10) / 10,
    });
}
/** Node's parser could not read it, or it came too slowly: nothing of it is answered in detail. */
function refuseMalformed(error, socket) {
    if (error.code === 'ECONNRESET' || !socket.writable)
        return void socket.destroy();
    const status = error.code === 'HPE_HEADER_OVERFLOW'
        ? 431
        : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
            ? 408
            : 400;
    endWith(socket, status);
}
function endWith(socket, status) {
    const reason = { 400: 'Bad Request', 408: 'Request Timeout', 431: 'Header Fields Too Large' };
    socket.on('error', () => { });
    socket.end(`HTTP/1.1 ${status} ${reason[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
async function drain(setting, ms, signal) {
    setting.isDraining = true;
    const until = performance.now() + ms;
    while (setting.open.size > 0 && performance.now() < until && !signal.aborted)
        await new Promise((resolve) => setTimeout(resolve, 50));
    for (const { response } of setting.open)
        answers_send(response, answers.draining, true);
}

;// CONCATENATED MODULE: ./build/serve/report.js


/**
 * Starts counting. A line holds what its route is called, never a path, a query, a header or a body:
 * those may hold secrets. Lines wait for others to be written with, for `logMs` at most.
 */
function createReport(write, tell = () => { }) {
    const kinds = new Map();
    const totals = { refused: 0, restarts: 0, bytesIn: 0, bytesOut: 0 };
    const timeOf = createClock();
    let lines = '';
    let later;
    const flush = () => {
        clearTimeout(later);
        later = undefined;
        if (lines !== '')
            write(lines);
        lines = '';
    };
    return {
        request: (entry) => {
            const { bytesIn, bytesOut, ms } = entry;
            const kind = kindOf(entry, kinds);
            kind.count += 1;
            totals.bytesIn += bytesIn;
            totals.bytesOut += bytesOut;
            later ??= setTimeout(flush, logMs).unref();
            lines += `{"time":"${timeOf(Date.now())}",${kind.text},"bytesIn":${bytesIn},"bytesOut":${bytesOut},"ms":${ms}}\n`;
        },
        trouble: (thrown) => tell((0,errors/* messageOf */.bD)(thrown)),
        count: (name) => (totals[name] += 1),
        render: (gauges) => render(allOf(kinds), totals, gauges),
        flush,
    };
}
/** There are no more of them than tokens, methods, routes and statuses that we know. */
function kindOf({ token, method, route = 'none', status }, kinds) {
    const ofToken = kinds.get(token) ?? new Map();
    const ofRoute = ofToken.get(route) ?? [];
    for (const kind of ofRoute)
        if (kind.status === status && kind.method === method)
            return kind;
    const kind = {
        method,
        status,
        labels: `route="${method} ${route}",status="${status}"`,
        text: JSON.stringify({ token: token ?? null, method, route, status }).slice(1, -1),
        count: 0,
    };
    ofRoute.push(kind);
    kinds.set(token, ofToken.set(route, ofRoute));
    return kind;
}
function allOf(kinds) {
    return [...kinds.values()].flatMap((ofToken) => [...ofToken.values()].flat());
}
/** Writes times as RFC 3339 has them; those of one millisecond are written once. */
function createClock() {
    let last = Number.NaN;
    let text = '';
    return (now) => {
        if (now !== last)
            text = new Date(now).toISOString();
        last = now;
        return text;
    };
}
/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
function render(kinds, totals, gauges) {
    const requests = new Map();
    for (const { labels, count } of kinds)
        requests.set(labels, (requests.get(labels) ?? 0) + count);
    const metric = (name, type, help, samples) => [
        `# HELP mention_loop_serve_${name} ${help}`,
        `# TYPE mention_loop_serve_${name} ${type}`,
        ...samples.map((sample) => `mention_loop_serve_${name}${sample}`),
    ];
    return [
        ...metric('requests_total', 'counter', 'Requests that are over, by route and status.', [...requests].map(([labels, value]) => `{${labels}} ${value}`)),
        ...metric('refused_total', 'counter', 'Requests without a valid token.', [
            ` ${totals.refused}`,
        ]),
        ...metric('bytes_total', 'counter', 'Bytes of bodies, from and to clients.', [
            `{direction="in"} ${totals.bytesIn}`,
            `{direction="out"} ${totals.bytesOut}`,
        ]),
        ...metric('upstream_restarts_total', 'counter', 'How often OpenCode was started again.', [
            ` ${totals.restarts}`,
        ]),
        ...metric('open_streams', 'gauge', 'Event streams that are open.', [` ${gauges.streams}`]),
        ...metric('busy_sessions', 'gauge', 'Sessions that hold a slot.', [` ${gauges.busy}`]),
        '',
    ].join('\n');
}

;// CONCATENATED MODULE: ./build/serve/session-directory.js



/**
 * Tells whether a session works inside of some roots. A session of OpenCode's keeps to the directory
 * that it was created in, whatever directory a request names: a prompt to one from elsewhere would be
 * done there. Nothing that passes can move it, so that where it is is asked once.
 */
function createWhereabouts(upstream) {
    const known = new Map();
    return async (session, roots) => {
        const directory = known.get(session) ?? (await session_directory_ask(upstream, session));
        if (directory === undefined)
            return 'unknown';
        if (directory === '')
            return 'missing';
        if (!(await isWithin(roots, directory)))
            return 'outside';
        known.set(session, directory);
        if (known.size > sessionsKnown)
            known.delete(known.keys().next().value ?? '');
        return 'inside';
    };
}
/** Its directory; empty where OpenCode does not know the session, undefined where it did not say. */
async function session_directory_ask(upstream, session) {
    const place = upstream.place();
    if (place === undefined)
        return undefined;
    try {
        const path = `/session/${session}`;
        const { status, text } = await get(place, path, AbortSignal.timeout(readyMs * 5));
        if (status === 404)
            return '';
        const info = status === 200 ? JSON.parse(text) : undefined;
        if (typeof info !== 'object' || info === null || !('directory' in info))
            return undefined;
        return typeof info.directory === 'string' ? info.directory : undefined;
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./build/serve/slots.js

/**
 * Slots for `max` sessions. A session's second prompt needs no second slot, and a slot is free as soon
 * as anything says for sure that the session is not at work. `now` is a monotonic clock in milliseconds.
 */
function createSlots(max, now = () => performance.now()) {
    const slots = new Map();
    const taken = (directory) => {
        return { directory, passing: 0, takenAt: now(), wasBusy: false, isDoubtful: false };
    };
    return {
        get size() {
            return slots.size;
        },
        admit: (session, directory) => {
            const slot = slots.get(session);
            if (slot === undefined && slots.size >= max)
                return false;
            const held = slot ?? taken(directory);
            held.passing += 1;
            slots.set(session, held);
            return true;
        },
        settle: (session, end) => {
            const slot = slots.get(session);
            if (slot === undefined)
                return;
            slot.passing = Math.max(0, slot.passing - 1);
            if (end === 'taken' || end === 'unknown')
                slot.takenAt = now();
            if (slot.passing > 0)
                return;
            if (end === 'over' || (end === 'refused' && !slot.wasBusy))
                slots.delete(session);
        },
        holds: (session) => slots.has(session),
        busy: (session, directory) => {
            const slot = slots.get(session) ?? taken(directory);
            // A session works where it was created, whatever directory its prompt named.
            slot.directory = directory;
            slots.set(session, atWork(slot));
        },
        idle: (session) => {
            const slot = slots.get(session);
            if (slot === undefined)
                return;
            // The idle of the turn before may come late: only what was seen at work can have ended.
            if (slot.wasBusy && slot.passing === 0)
                slots.delete(session);
            else
                slot.isDoubtful = true;
        },
        remove: (session) => void slots.delete(session),
        clear: () => slots.clear(),
        check: (directory, busy, askedAt) => {
            for (const [session, slot] of slots)
                if (slot.directory === directory && !isLeft(slot, busy.has(session), askedAt))
                    slots.delete(session);
        },
        directories: () => [...new Set([...slots.values()].map((slot) => slot.directory))],
    };
}
/** Takes in whether a session was at work at a time, and says whether it keeps its slot. */
function isLeft(slot, isBusy, askedAt) {
    if (!isBusy)
        return !isOver(slot, askedAt);
    atWork(slot);
    return true;
}
function atWork(slot) {
    slot.wasBusy = true;
    slot.isDoubtful = false;
    return slot;
}
/** Whether a session that was not at work at a time is done: a prompt may just not have begun. */
function isOver({ passing, takenAt, wasBusy, isDoubtful }, askedAt) {
    if (passing > 0 || takenAt >= askedAt)
        return false;
    return wasBusy || isDoubtful || askedAt - takenAt > busyWithinMs;
}

;// CONCATENATED MODULE: ./build/serve/supervise.js



/** Sees to it that there is an OpenCode; disposal ends the one that runs. */
function supervise(options) {
    const { start, onEnd, signal, now = () => performance.now() } = options;
    let child;
    const end = async () => {
        const last = child;
        child = undefined;
        await last?.[Symbol.asyncDispose]();
    };
    const once = async (isFirst) => {
        try {
            child = await start(signal);
        }
        catch (error) {
            if (isFirst || signal.aborted || !(error instanceof errors/* ActionError */.lZ))
                throw error;
            return error.sentence;
        }
        const stopped = Promise.withResolvers();
        const stop = () => stopped.resolve('');
        signal.addEventListener('abort', stop, { once: true });
        if (signal.aborted)
            stop();
        const how = await Promise.race([child.gone, stopped.promise]);
        signal.removeEventListener('abort', stop);
        // One that was told to stop is needed until the front has drained: disposal ends it.
        if (!signal.aborted)
            await end();
        return how;
    };
    return {
        place: () => child?.place,
        run: async () => {
            for (let ends = 0, isFirst = true;; isFirst = false) {
                const startedAt = now();
                const how = await once(isFirst);
                if (signal.aborted)
                    return;
                ends = now() - startedAt < steadyMs ? ends + 1 : 1;
                if (ends >= restartsMax)
                    throw restartLoop(how);
                const pauseMs = Math.min(restartPauseMaxMs, restartPauseMs * 2 ** (ends - 1));
                onEnd(how, pauseMs);
                await (0,external_node_timers_promises_namespaceObject.setTimeout)(pauseMs, undefined, { signal }).catch(() => { });
                if (signal.aborted)
                    return;
            }
        },
        [Symbol.asyncDispose]: end,
    };
}
function restartLoop(how) {
    return new errors/* ActionError */.lZ('server-start-failed', `OpenCode ended ${restartsMax} times in a row, and is not started again. ${how}`);
}

;// CONCATENATED MODULE: ./build/serve/watch.js



/**
 * Keeps the slots true: OpenCode's own events of all directories say at once what changes, and its
 * lists of sessions at work, read every `statusEveryMs`, what the events did not say. Resolves when
 * `signal` fires.
 */
async function watchSessions(options) {
    const watch = { ...options, children: new Set(), asking: new Set(), isChecking: false };
    await Promise.all([watch_listen(watch), poll(watch)]);
}
async function watch_listen(watch) {
    const { upstream, slots, signal } = watch;
    while (!signal.aborted) {
        const place = upstream.place();
        try {
            if (place !== undefined) {
                const stream = await openStream(place, '/global/event', signal);
                // What was begun before we listened: a front that was started again knows nothing.
                void checkDirectory(watch, undefined);
                await readEvents(stream, (event) => watch_take(event, watch));
            }
        }
        catch (error) {
            // Nobody is there any more, and so nobody is at work.
            if (error.code === 'ECONNREFUSED')
                slots.clear();
        }
        await (0,external_node_timers_promises_namespaceObject.setTimeout)(watchPauseMs, undefined, { signal }).catch(() => { });
    }
}
async function poll(watch) {
    const { slots, signal } = watch;
    while (!signal.aborted) {
        await (0,external_node_timers_promises_namespaceObject.setTimeout)(statusEveryMs, undefined, { signal }).catch(() => { });
        await Promise.all(slots.directories().map((directory) => checkDirectory(watch, directory)));
    }
}
/** Reads `data:` lines until the stream ends, breaks, or is silent for too long. */
async function readEvents(stream, onEvent) {
    stream.setEncoding('utf8');
    stream.setTimeout(watchSilenceMs, () => stream.destroy());
    let rest = '';
    for await (const piece of stream) {
        const lines = (rest + String(piece)).split('\n');
        rest = lines.pop() ?? '';
        if (rest.length > watchedChars)
            return void stream.destroy();
        for (const line of lines) {
            // Most events are a word of a model's answer: they are not worth reading.
            if (line.startsWith('data:') && /"(session|server|global)\./.test(line))
                onEvent(watch_parse(line.slice(5)));
        }
    }
}
/** `{directory, payload: {type, properties}}`. */
function watch_take(event, watch) {
    const payload = field(event, 'payload');
    const type = field(payload, 'type');
    const properties = field(payload, 'properties');
    const directory = watch_text(field(event, 'directory'));
    const session = watch_text(field(properties, 'sessionID'));
    const info = field(properties, 'info');
    if (type === 'session.created' && watch_text(field(info, 'parentID')) !== undefined)
        remember(watch.children, watch_text(field(info, 'id')) ?? '');
    if (type === 'session.deleted')
        watch.slots.remove(session ?? watch_text(field(info, 'id')) ?? '');
    if (type === 'server.instance.disposed' || type === 'global.disposed')
        for (const each of watch.slots.directories())
            void checkDirectory(watch, each);
    if (session === undefined)
        return;
    const status = field(field(properties, 'status'), 'type');
    // An unknown agent gives an error and nothing else: neither busy nor idle.
    const mayBeOver = ['session.idle', 'session.error'].includes(String(type)) || status === 'idle';
    if (mayBeOver) {
        watch.slots.idle(session);
        if (watch.slots.holds(session))
            void checkSoon(watch);
    }
    else if (type === 'session.status')
        void noteBusy(watch, session, directory);
}
/** What may be over is asked about, once for all that comes at the same time. */
async function checkSoon(watch) {
    if (watch.isChecking)
        return;
    watch.isChecking = true;
    await (0,external_node_timers_promises_namespaceObject.setTimeout)(doubtMs, undefined, { signal: watch.signal }).catch(() => { });
    watch.isChecking = false;
    for (const directory of watch.slots.directories())
        void checkDirectory(watch, directory);
}
async function checkDirectory(watch, directory) {
    const { upstream, slots } = watch;
    const place = upstream.place();
    if (place === undefined)
        return;
    const askedAt = performance.now();
    const path = `/session/status${query(directory)}`;
    try {
        const all = await ask(place, path, AbortSignal.any([watch.signal, AbortSignal.timeout(statusMs)]));
        if (typeof all !== 'object' || all === null)
            return;
        const busy = new Set(Object.entries(all).flatMap(([id, status]) => (field(status, 'type') === 'idle' ? [] : [id])));
        slots.check(directory, busy, askedAt);
        for (const session of busy)
            void noteBusy(watch, session, directory);
    }
    catch {
        // The next time, then: until it is known, a slot stays taken.
    }
}
/** A session that held no slot is somebody's own, or a sub-agent's: OpenCode knows. */
async function noteBusy(watch, session, directory) {
    const { slots, children, asking, upstream } = watch;
    if (slots.holds(session))
        return slots.busy(session, directory);
    const place = upstream.place();
    if (children.has(session) || asking.has(session) || place === undefined)
        return;
    if (!/^ses_\w+$/.test(session))
        return;
    asking.add(session);
    try {
        const signal = AbortSignal.any([watch.signal, AbortSignal.timeout(statusMs)]);
        const [info, all] = await Promise.all([
            ask(place, `/session/${session}${query(directory)}`, signal),
            ask(place, `/session/status${query(directory)}`, signal),
        ]);
        if (watch_text(field(info, 'parentID')) !== undefined)
            remember(children, session);
        else if (field(all, session) !== undefined)
            slots.busy(session, directory);
    }
    catch {
        // Its next event, or the next look at the list, asks again.
    }
    finally {
        asking.delete(session);
    }
}
function remember(children, session) {
    children.add(session);
    if (children.size > childrenMax)
        children.delete(children.keys().next().value ?? '');
}
function query(directory) {
    if (directory === undefined)
        return '';
    // OpenCode decodes it once more than a query is.
    return `?directory=${encodeURIComponent(directory.replaceAll('%', '%25'))}`;
}
function watch_parse(json) {
    try {
        return JSON.parse(json);
    }
    catch {
        return undefined;
    }
}
function field(value, name) {
    return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? value[name]
        : undefined;
}
function watch_text(value) {
    return typeof value === 'string' ? value : undefined;
}

;// CONCATENATED MODULE: ./build/git/index-file.js

/**
 * Copies the index of a checkout, so that its stat data spares reading files that have not changed;
 * nothing where there is none. The time goes with it: git reads a file again that is as young as its
 * index. https://git-scm.com/docs/racy-git
 */
async function copyIndex(from, to) {
    const found = await (0,promises_namespaceObject.stat)(from).catch(() => undefined);
    if (found?.isFile() !== true)
        return;
    await (0,promises_namespaceObject.copyFile)(from, to);
    await (0,promises_namespaceObject.utimes)(to, found.atime, found.mtime);
}

;// CONCATENATED MODULE: ./build/serve/workspaces/git.js


/**
 * Over whatever is set anywhere. What lies in the work tree is the agent's: its attributes name no
 * command that there is (there is no configuration but this), and none of its repositories is looked
 * into. `GIT_CONFIG_COUNT`: https://git-scm.com/docs/git-config#ENVIRONMENT
 */
const settings = [
    ['core.hooksPath', '/dev/null'],
    ['core.fsmonitor', 'false'],
    ['core.untrackedCache', 'false'],
    ['core.autocrlf', 'false'],
    ['core.fileMode', 'true'],
    ['core.symlinks', 'true'],
    ['core.protectHFS', 'true'],
    ['core.protectNTFS', 'true'],
    ['core.bigFileThreshold', '16m'],
    ['core.compression', '1'],
    ['submodule.recurse', 'false'],
    ['diff.ignoreSubmodules', 'all'],
    ['gc.auto', '0'],
    ['maintenance.auto', 'false'],
    ['advice.addEmbeddedRepo', 'false'],
    ['safe.directory', '*'],
];
/** Starts git in one of our repositories; it ends when the signal fires. */
function startGit({ git, path, workTree, index, objects }, args, signal) {
    const pairs = settings.flatMap(([key, value], at) => [
        [`GIT_CONFIG_KEY_${at}`, key],
        [`GIT_CONFIG_VALUE_${at}`, value],
    ]);
    const env = {
        PATH: path,
        HOME: git,
        XDG_CONFIG_HOME: git,
        LC_ALL: 'C',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_ATTR_NOSYSTEM: '1',
        GIT_NO_REPLACE_OBJECTS: '1',
        GIT_TERMINAL_PROMPT: '0',
        GIT_ALLOW_PROTOCOL: '',
        GIT_DIR: git,
        ...(workTree === undefined ? {} : { GIT_WORK_TREE: workTree }),
        ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
        ...(objects === undefined
            ? {}
            : { GIT_OBJECT_DIRECTORY: objects, GIT_ALTERNATE_OBJECT_DIRECTORIES: `${git}/objects` }),
        GIT_CONFIG_COUNT: String(settings.length),
        ...Object.fromEntries(pairs),
    };
    const limit = AbortSignal.any([signal, AbortSignal.timeout(workspaceGitMs)]);
    const child = (0,external_node_child_process_namespaceObject.spawn)('git', args, { cwd: workTree ?? git, env, stdio: 'pipe', signal: limit });
    // Whoever waits for its end hears of it there; what is written to one that has ended is lost.
    child.on('error', () => { });
    child.stdin.on('error', () => { });
    return child;
}
/** Runs git, and resolves to what it printed, a character a byte. Throws where it fails. */
async function runGit(repository, args, { signal, input, codes = [] }) {
    signal.throwIfAborted();
    const child = startGit(repository, args, signal);
    const printed = collect(child.stdout);
    const complaint = collect(child.stderr);
    const ended = git_endOf(child);
    child.stdin?.end(input ?? '', 'latin1');
    const code = await ended;
    signal.throwIfAborted();
    if (code === 0 || (code !== null && codes.includes(code)))
        return printed();
    const said = /^(fatal|error): .*$/m.exec(complaint())?.[0] ?? `code ${code}`;
    throw new Error(`git ${args[0]} failed (${said.slice(0, 300)})`);
}
/** Resolves to its exit code; null where it was ended, or could not be started. */
function git_endOf(child) {
    return new Promise((resolve) => {
        child.once('close', resolve);
        child.once('error', () => {
            if (child.pid === undefined)
                resolve(null);
        });
    });
}
function collect(stream) {
    const pieces = [];
    let bytes = 0;
    stream?.on('data', (piece) => {
        bytes += piece.length;
        if (bytes <= gitOutputBytes)
            pieces.push(piece);
    });
    return () => Buffer.concat(pieces).toString('latin1');
}

;// CONCATENATED MODULE: ./build/serve/workspaces/import.js


const branch = 'refs/heads/main';
/**
 * Puts a snapshot into an empty repository as its one commit. Git takes it as a stream, so that
 * nothing is written twice, or held; the working tree is written by git as well, and all of its own
 * checks of names count besides ours. https://git-scm.com/docs/git-fast-import
 */
async function importSnapshot(repository, entries, message, signal) {
    const stop = new AbortController();
    const child = startGit(repository, ['fast-import', '--quiet', '--done'], AbortSignal.any([signal, stop.signal]));
    const ended = git_endOf(child);
    const made = { modules: [], bytes: 0, files: 0 };
    try {
        if (child.stdin === null)
            throw new Error('git has no input');
        await write(child.stdin, head(message));
        for await (const entry of entries) {
            await writeEntry(child.stdin, entry);
            made.files += 1;
            if (entry.kind === 'module')
                made.modules.push(entry.name);
            if (entry.kind === 'file')
                made.bytes += entry.bytes;
        }
        child.stdin.end('done\n');
        if ((await ended) !== 0)
            throw new Error('git fast-import failed');
    }
    catch (error) {
        stop.abort();
        await ended;
        throw error;
    }
    const ask = ['rev-parse', branch, `${branch}^{tree}`];
    const [commit = '', tree = ''] = (await runGit(repository, ask, { signal })).split('\n');
    return { commit, tree, ...made };
}
function head(message) {
    const text = Buffer.from(message);
    const now = Math.floor(Date.now() / 1_000);
    const who = `Mention Loop <mention-loop@localhost> ${now} +0000`;
    return Buffer.from(`commit ${branch}\ncommitter ${who}\ndata ${text.length}\n${message}\n`);
}
async function writeEntry(sink, entry) {
    const name = quoted(entry.name);
    if (entry.kind === 'module')
        return await write(sink, Buffer.from(`M 160000 ${entry.commit} ${name}\n`));
    if (entry.kind === 'link') {
        const target = Buffer.from(entry.target, 'latin1');
        const line = Buffer.from(`M 120000 inline ${name}\ndata ${target.length}\n`);
        return await write(sink, Buffer.concat([line, target, newline]));
    }
    const mode = entry.isExecutable ? '100755' : '100644';
    const line = Buffer.from(`M ${mode} inline ${name}\ndata ${entry.bytes}\n`);
    await writeContent(sink, line, entry.content);
}
const newline = Buffer.from('\n');
/** A small file goes out in one write. */
async function writeContent(sink, line, content) {
    let waiting = [line];
    for await (const piece of content) {
        waiting.push(piece);
        await write(sink, Buffer.concat(waiting));
        waiting = [];
    }
    await write(sink, Buffer.concat([...waiting, newline]));
}
async function write(sink, bytes) {
    if (sink.destroyed)
        throw new Error('git has ended');
    if (!sink.write(bytes))
        await drained(sink);
}
/** As git reads a path: in quotation marks, every byte that is not plain in octal. */
function quoted(name) {
    const plain = name.replaceAll(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, (byte) => `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`);
    return `"${plain}"`;
}

;// CONCATENATED MODULE: ./build/serve/workspaces/lay-out.js





const factsFile = 'workspace.json';
/**
 * Every file is the very bytes that were sent, and is compared byte for byte, whatever attributes
 * say: this file counts before all others. https://git-scm.com/docs/gitattributes
 */
const attributes = '* -text !eol !crlf !ident !filter !working-tree-encoding !diff !merge\n';
/**
 * Makes a repository with one commit at `repository.git`, and lays it out at `repository.workTree`,
 * which nobody else may enter before it is whole. Neither is there yet.
 */
async function layOut(repository, entries, message, signal) {
    const { git, path, workTree } = repository;
    await (0,promises_namespaceObject.mkdir)(git, { mode: 0o700 });
    await (0,promises_namespaceObject.mkdir)(workTree, { mode: 0o700 });
    const bare = { git, path };
    await runGit(bare, ['init', '--quiet', '--bare', '--template=', '-b', 'main'], { signal });
    await (0,promises_namespaceObject.mkdir)((0,external_node_path_namespaceObject.join)(git, 'info'), { recursive: true });
    await (0,promises_namespaceObject.writeFile)((0,external_node_path_namespaceObject.join)(git, 'info', 'attributes'), attributes);
    const made = await importSnapshot(bare, entries, message, signal);
    await runGit(repository, ['read-tree', '--reset', '-u', made.tree], { signal });
    await giveRepository(git, (0,external_node_path_namespaceObject.join)(workTree, '.git'));
    const plainTree = await dropModules(repository, made, signal);
    const snapshot = { ...made, plainTree };
    await (0,promises_namespaceObject.writeFile)((0,external_node_path_namespaceObject.join)(git, factsFile), JSON.stringify(snapshot), { mode: 0o600 });
    return snapshot;
}
/**
 * The agent's own repository: it is never looked into again, for the agent may do to it what it likes.
 * Folders are made plainly, so that their group is that of the folder above: `cp` would set modes,
 * and the kernel take the group from what comes next.
 */
async function giveRepository(git, to) {
    await (0,promises_namespaceObject.mkdir)(to);
    for (const entry of await (0,promises_namespaceObject.readdir)(git, { recursive: true, withFileTypes: true })) {
        const path = (0,external_node_path_namespaceObject.relative)(git, (0,external_node_path_namespaceObject.join)(entry.parentPath, entry.name));
        if (path === factsFile || /^info(\/|$)/.test(path))
            continue;
        if (entry.isDirectory())
            await (0,promises_namespaceObject.mkdir)((0,external_node_path_namespaceObject.join)(to, path));
        else if (path === 'index')
            await copyIndex((0,external_node_path_namespaceObject.join)(git, path), (0,external_node_path_namespaceObject.join)(to, path));
        else
            await (0,promises_namespaceObject.copyFile)((0,external_node_path_namespaceObject.join)(git, path), (0,external_node_path_namespaceObject.join)(to, path));
    }
    const config = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n';
    await (0,promises_namespaceObject.writeFile)((0,external_node_path_namespaceObject.join)(to, 'config'), config);
}
/**
 * What the agent puts into the folder of a submodule must not be taken for it: git would start
 * itself in there, with whatever configuration it finds.
 */
async function dropModules(repository, { modules, tree }, signal) {
    if (modules.length === 0)
        return tree;
    await runGit(repository, ['update-index', '--force-remove', '-z', '--stdin'], {
        signal,
        input: modules.map((name) => `${name}\0`).join(''),
    });
    return (await runGit(repository, ['write-tree'], { signal })).trim();
}
/** What was written down of a workspace; undefined where that cannot be read. */
async function readSnapshot(git) {
    try {
        return JSON.parse(await (0,promises_namespaceObject.readFile)((0,external_node_path_namespaceObject.join)(git, factsFile), 'utf8'));
    }
    catch {
        return undefined;
    }
}
/** The file whose time is that of the last use. */
function factsOf(git) {
    return (0,external_node_path_namespaceObject.join)(git, factsFile);
}
/** Puts a folder in the place of another, which goes to `aside` first where it is there. */
async function putInPlace(from, to, aside) {
    await (0,promises_namespaceObject.rename)(to, aside).catch((error) => {
        if (error.code !== 'ENOENT')
            throw error;
    });
    await (0,promises_namespaceObject.rename)(from, to);
}
/**
 * Lets the others of its group in: as whom OpenCode runs. That is the group of the folder above, which
 * Linux gives to what is made in it (inode(7), set-group-ID bit); where a file system does not, we do.
 */
async function lay_out_open(workTree) {
    const { gid } = await (0,promises_namespaceObject.stat)((0,external_node_path_namespaceObject.dirname)(workTree));
    const { gid: given } = await (0,promises_namespaceObject.stat)((0,external_node_path_namespaceObject.join)(workTree, '.git', 'config'));
    if (given !== gid)
        await giveGroup(Buffer.from(workTree), gid);
    await (0,promises_namespaceObject.chmod)(workTree, 0o770);
}
async function giveGroup(folder, gid) {
    for (const entry of await (0,promises_namespaceObject.readdir)(folder, { withFileTypes: true, encoding: 'buffer' })) {
        const path = Buffer.concat([folder, Buffer.from('/'), entry.name]);
        await (0,promises_namespaceObject.lchown)(path, -1, gid);
        if (entry.isDirectory())
            await giveGroup(path, gid);
    }
}
/**
 * Removes folders; false where something of them is left. The agent may have closed one of its own
 * to us: by then it stands where nobody looks.
 */
async function removeAll(...paths) {
    const gone = await Promise.all(paths.map((path) => (0,promises_namespaceObject.rm)(path, { recursive: true, force: true, maxRetries: 2 }).then(() => true, () => false)));
    return gone.every(Boolean);
}

;// CONCATENATED MODULE: ./build/serve/workspaces/ledger.js

/**
 * Those that must go so that another one has room, the one that was used longest ago first;
 * undefined where there is no room though all that may go were gone. One that is in use stays:
 * `isAtWork` says whether a session works in it.
 */
function chooseLeaving(held, coming, quota, isAtWork, now) {
    const others = [...held].filter(([name]) => name !== coming.name);
    let bytes = others.reduce((sum, [, each]) => sum + each.bytes, coming.bytes);
    let count = others.length + 1;
    const leaving = [];
    for (const [name, each] of others.toSorted(([, one], [, other]) => one.usedAt - other.usedAt)) {
        if (bytes <= quota.bytes && count <= quota.count)
            break;
        if (each.isLocked || each.open > 0 || now - each.usedAt < workspaceIdleMs)
            continue;
        if (isAtWork(name))
            continue;
        leaving.push(name);
        bytes -= each.bytes;
        count -= 1;
    }
    return bytes <= quota.bytes && count <= quota.count ? leaving : undefined;
}
/** Notes a use; whether it is time to write it down. */
function ledger_noteUse(held, now) {
    const isLate = now - held.usedAt >= usedEveryMs;
    held.usedAt = now;
    return isLate;
}

;// CONCATENATED MODULE: ./build/serve/workspaces/patch.js
var patch_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
    if (value !== null && value !== void 0) {
        if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
        var dispose, inner;
        if (async) {
            if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
            dispose = value[Symbol.asyncDispose];
        }
        if (dispose === void 0) {
            if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
            dispose = value[Symbol.dispose];
            if (async) inner = dispose;
        }
        if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
        if (inner) dispose = function() { try { inner.call(this); } catch (e) { return Promise.reject(e); } };
        env.stack.push({ value: value, dispose: dispose, async: async });
    }
    else if (async) {
        env.stack.push({ async: true });
    }
    return value;
};
var patch_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
    return function (env) {
        function fail(e) {
            env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
            env.hasError = true;
        }
        var r, s = 0;
        function next() {
            while (r = env.stack.pop()) {
                try {
                    if (!r.async && s === 1) return s = 0, env.stack.push(r), Promise.resolve().then(next);
                    if (r.dispose) {
                        var result = r.dispose.call(r.value);
                        if (r.async) return s |= 2, Promise.resolve(result).then(next, function(e) { fail(e); return next(); });
                    }
                    else s |= 1;
                }
                catch (e) {
                    fail(e);
                }
            }
            if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
            if (env.hasError) throw env.error;
        }
        return next();
    };
})(typeof SuppressedError === "function" ? SuppressedError : function (error, suppressed, message) {
    var e = new Error(message);
    return e.name = "SuppressedError", e.error = error, e.suppressed = suppressed, e;
});





/**
 * Writes the difference between a snapshot and its working tree to a file, as `git apply` takes it:
 * binary files too, renames as what goes and what comes, ignored files and other repositories left
 * out. Nothing of the working tree is run: repository, index and configuration are ours, and the
 * agent's own, whatever it did to them, are not read. Throws `Refused` past `maxBytes`.
 */
async function writePatch(options) {
    const { repository, snapshot, folder, maxBytes, signal } = options;
    const { git, workTree } = repository;
    // A folder, and no link that it was replaced by.
    if (!(await (0,promises_namespaceObject.lstat)(workTree)).isDirectory())
        throw new Error('the workspace is no folder');
    const [index, objects] = [(0,external_node_path_namespaceObject.join)(folder, 'index'), (0,external_node_path_namespaceObject.join)(folder, 'objects')];
    await (0,promises_namespaceObject.mkdir)(objects);
    await copyIndex((0,external_node_path_namespaceObject.join)(git, 'index'), index);
    const own = { ...repository, index, objects };
    await refuseLarge(own, maxBytes, signal);
    // 1: something cannot be read, or is a repository without a commit: it is left out.
    const add = ['add', '--all', '--ignore-errors', '--', '.'];
    await runGit(own, add, { signal, codes: [1] });
    await leaveOutRepositories(own, snapshot.plainTree, signal);
    const path = (0,external_node_path_namespaceObject.join)(folder, 'patch');
    await writeDiff(own, snapshot.plainTree, { path, maxBytes }, signal);
    return { path, bytes: (await (0,promises_namespaceObject.stat)(path)).size };
}
/** Before anything is read: a log of gigabytes that nobody ignores. */
async function refuseLarge(repository, maxBytes, signal) {
    const list = ['ls-files', '-z', '--others', '--modified', '--exclude-standard'];
    const printed = await runGit(repository, list, { signal });
    let sum = 0;
    for (const name of printed.split('\0')) {
        if (name === '' || name.endsWith('/'))
            continue;
        const path = Buffer.concat([
            Buffer.from(`${repository.workTree}/`),
            Buffer.from(name, 'latin1'),
        ]);
        sum += await (0,promises_namespaceObject.lstat)(path).then(({ size }) => size, () => 0);
        if (sum > maxBytes)
            throw new Refused(`The changes are larger than ${maxBytes} bytes.`, 413);
    }
}
/** A folder that is a repository of its own would be in the patch as the name of a commit. */
async function leaveOutRepositories(repository, tree, signal) {
    const how = ['--cached', '--raw', '-z', '--no-renames', '--ignore-submodules=none'];
    const fields = (await runGit(repository, ['diff-index', ...how, tree], { signal })).split('\0');
    let inner = '';
    for (let at = 0; at + 1 < fields.length; at += 2)
        if (fields[at]?.split(' ')[1] === '160000')
            inner += `${fields[at + 1]}\0`;
    if (inner === '')
        return;
    const drop = ['update-index', '--force-remove', '-z', '--stdin'];
    await runGit(repository, drop, { signal, input: inner });
}
const asPatch = [
    '--cached',
    '--patch',
    '--binary',
    '--full-index',
    '--no-renames',
    '--no-ext-diff',
    '--no-textconv',
    '--no-color',
    '--src-prefix=a/',
    '--dst-prefix=b/',
];
async function writeDiff(repository, tree, { path, maxBytes }, signal) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const file = patch_addDisposableResource(env_1, await (0,promises_namespaceObject.open)(path, 'wx', 0o600), true);
        const stop = new AbortController();
        const child = startGit(repository, ['diff-index', ...asPatch, tree, '--'], AbortSignal.any([signal, stop.signal]));
        const ended = git_endOf(child);
        child.stdin?.end();
        child.stderr?.resume();
        // From here on without a pause: Node throws away what nobody reads when a process ends.
        let bytes = 0;
        try {
            for await (const piece of child.stdout ?? []) {
                bytes += piece.length;
                if (bytes > maxBytes)
                    throw new Refused(`The patch is larger than ${maxBytes} bytes.`, 413);
                await file.appendFile(piece);
            }
        }
        catch (error) {
            stop.abort();
            throw error;
        }
        if ((await ended) !== 0)
            throw new Error('git diff-index failed');
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        const result_1 = patch_disposeResources(env_1);
        if (result_1)
            await result_1;
    }
}

;// CONCATENATED MODULE: ./build/serve/workspaces/sweep.js




/** What tokens' folders are named with; made on first use. */
async function readSecret(state) {
    const path = (0,external_node_path_namespaceObject.join)(state, 'secret');
    await (0,promises_namespaceObject.writeFile)(path, (0,external_node_crypto_namespaceObject.randomBytes)(32), { flag: 'wx', mode: 0o600 }).catch((error) => {
        if (error.code !== 'EEXIST')
            throw error;
    });
    return await (0,promises_namespaceObject.readFile)(path);
}
/** Those workspaces that are whole; the rest is removed, as far as that can be done. */
async function sweep_sweep({ directory, state, }) {
    const held = new Map();
    for (const [base, isState] of [
        [state, true],
        [directory, false],
    ]) {
        for (const folder of await foldersIn(base, ownFolder)) {
            for (const key of await foldersIn((0,external_node_path_namespaceObject.join)(base, folder), ownKey)) {
                const name = (0,external_node_path_namespaceObject.join)(folder, key);
                const known = key.startsWith('.') || !isState ? undefined : await readHeld((0,external_node_path_namespaceObject.join)(state, name));
                if (known !== undefined)
                    held.set(name, known);
                else if (isState || !held.has(name))
                    await removeAll((0,external_node_path_namespaceObject.join)(base, name));
            }
        }
    }
    return held;
}
/** What is named otherwise is not ours to remove. */
const ownFolder = /^[\da-f]{16}$/;
const ownKey = /^(\.(patch-\w+|[\da-f-]{36})|[a-z\d][a-z\d-]*)$/;
async function foldersIn(path, shape) {
    const entries = await (0,promises_namespaceObject.readdir)(path, { withFileTypes: true }).catch(() => []);
    return entries.flatMap((each) => each.isDirectory() && shape.test(each.name) ? [each.name] : []);
}
async function readHeld(git) {
    const snapshot = await readSnapshot(git);
    if (snapshot === undefined)
        return undefined;
    const { mtimeMs } = await (0,promises_namespaceObject.stat)(factsOf(git));
    return { bytes: snapshot.bytes, usedAt: mtimeMs, open: 0, isLocked: false };
}

;// CONCATENATED MODULE: ./build/serve/workspaces/store.js









/** Opens the folders as an earlier process left them; what it did not finish is removed. */
async function openWorkspaces(options) {
    await (0,promises_namespaceObject.mkdir)(options.state, { recursive: true, mode: 0o700 });
    const store = { ...options, secret: await readSecret(options.state), held: await sweep_sweep(options) };
    const nameOf = (token, key) => (0,external_node_path_namespaceObject.join)(folderName(store, token), key);
    return {
        limits: options.limits,
        folderOf: (token) => (0,external_node_path_namespaceObject.join)(options.directory, folderName(store, token)),
        use: (directory) => use(store, directory),
        put: (token, key, snapshot, signal) => store_put(store, nameOf(token, key), snapshot, signal),
        patch: (token, key, signal) => store_patch(store, nameOf(token, key), signal),
        remove: (token, key) => store_remove(store, nameOf(token, key)),
    };
}
/** A name that tells nothing of the token: the agent sees it. */
function folderName({ secret }, { digest }) {
    return (0,external_node_crypto_namespaceObject.createHmac)('sha256', secret).update(digest).digest('hex').slice(0, 16);
}
function use(store, directory) {
    const [folder, key] = directory.slice(store.directory.length + 1).split('/');
    const name = isInside(store.directory, directory) && key !== undefined ? `${folder}/${key}` : '';
    const held = store.held.get(name);
    if (held === undefined)
        return () => { };
    held.open += 1;
    touch(store, name, held);
    return () => {
        held.open -= 1;
        touch(store, name, held);
    };
}
function touch({ state }, name, held) {
    const now = new Date();
    if (ledger_noteUse(held, now.getTime()))
        (0,promises_namespaceObject.utimes)(factsOf((0,external_node_path_namespaceObject.join)(state, name)), now, now).catch(() => { });
}
/** Runs what must not run twice at once for a workspace; `in-use` where something does already. */
async function alone({ held }, name, work) {
    const before = held.get(name);
    if (before?.isLocked === true)
        return 'in-use';
    const lock = before ?? { bytes: 0, usedAt: Date.now(), open: 0, isLocked: true };
    lock.isLocked = true;
    held.set(name, lock);
    try {
        return await work(before);
    }
    finally {
        lock.isLocked = false;
        if (before === undefined && held.get(name) === lock)
            held.delete(name);
    }
}
async function store_put(store, name, { source, count }, signal) {
    const { directory, state, path, limits } = store;
    const place = (0,external_node_path_namespaceObject.join)(directory, name);
    return await alone(store, name, async (before) => {
        if (store.isAtWork(place))
            return 'in-use';
        if (!(await makeRoom(store, { name, bytes: 0 })))
            return 'full';
        const [git, workTree] = [beside((0,external_node_path_namespaceObject.join)(state, name)), beside(place)];
        const leavings = [git, workTree];
        try {
            await (0,promises_namespaceObject.mkdir)((0,external_node_path_namespaceObject.join)(git, '..'), { recursive: true, mode: 0o700 });
            await (0,promises_namespaceObject.mkdir)((0,external_node_path_namespaceObject.join)(workTree, '..'), { recursive: true, mode: 0o750 });
            const entries = readTar(source, limits, count);
            const made = await layOut({ git, path, workTree }, entries, `Snapshot ${name}`, signal);
            if (!(await makeRoom(store, { name, bytes: made.bytes })))
                return 'full';
            if (before !== undefined)
                await store.forget(place);
            // One may have begun there while the snapshot came.
            if (store.isAtWork(place))
                return 'in-use';
            const [oldGit, oldTree] = [beside((0,external_node_path_namespaceObject.join)(state, name)), beside(place)];
            leavings.push(oldGit, oldTree);
            // Without its repository a workspace is none: one that is half replaced is removed at the start.
            await putInPlace(git, (0,external_node_path_namespaceObject.join)(state, name), oldGit);
            await lay_out_open(workTree);
            await putInPlace(workTree, place, oldTree);
            store.held.set(name, { bytes: made.bytes, usedAt: Date.now(), open: 0, isLocked: false });
            return { ...made, directory: place };
        }
        finally {
            await removeAll(...leavings);
        }
    });
}
/** A name in the same folder that no key has. */
function beside(path) {
    return (0,external_node_path_namespaceObject.join)(path, '..', `.${(0,external_node_crypto_namespaceObject.randomUUID)()}`);
}
/** Chosen anew each time: by the time that one is gone, a session may have begun in the next. */
async function makeRoom(store, coming) {
    const isAtWork = (name) => store.isAtWork((0,external_node_path_namespaceObject.join)(store.directory, name));
    for (;;) {
        const leaving = chooseLeaving(store.held, coming, store.quota, isAtWork, Date.now());
        const [name] = leaving ?? [];
        if (name === undefined)
            return leaving !== undefined;
        await discard(store, name);
    }
}
async function store_remove(store, name) {
    if (!store.held.has(name))
        return false;
    return await alone(store, name, async () => {
        if (store.isAtWork((0,external_node_path_namespaceObject.join)(store.directory, name)))
            return 'in-use';
        await discard(store, name);
        return true;
    });
}
/** In use until it stands aside: another that is laid out by its name must not go with it. */
async function discard({ directory, state, held, forget }, name) {
    const leaving = held.get(name);
    if (leaving !== undefined)
        leaving.isLocked = true;
    await forget((0,external_node_path_namespaceObject.join)(directory, name));
    // First its repository: what is left without one is removed at the start.
    const paths = [(0,external_node_path_namespaceObject.join)(state, name), (0,external_node_path_namespaceObject.join)(directory, name)];
    const asides = paths.map(beside);
    for (const [at, path] of paths.entries())
        await (0,promises_namespaceObject.rename)(path, asides[at] ?? '').catch(() => { });
    held.delete(name);
    await removeAll(...asides);
}
async function store_patch(store, name, signal) {
    const { directory, state, path, limits } = store;
    const held = store.held.get(name);
    const snapshot = held === undefined ? undefined : await readSnapshot((0,external_node_path_namespaceObject.join)(state, name));
    if (held === undefined || snapshot === undefined)
        return undefined;
    return await alone(store, name, async () => {
        const folder = await (0,promises_namespaceObject.mkdtemp)((0,external_node_path_namespaceObject.join)(state, name, '..', '.patch-'));
        const dispose = async () => void (await removeAll(folder));
        try {
            const repository = { git: (0,external_node_path_namespaceObject.join)(state, name), path, workTree: (0,external_node_path_namespaceObject.join)(directory, name) };
            const options = { repository, snapshot, folder, maxBytes: limits.bytes, signal };
            const made = await writePatch(options);
            touch(store, name, held);
            return { ...made, tree: snapshot.tree, [Symbol.asyncDispose]: dispose };
        }
        catch (error) {
            await dispose();
            throw error;
        }
    });
}

;// CONCATENATED MODULE: ./build/serve/workspaces/begin.js








/** Opens the workspaces that the flags ask for. Throws `invalid-input` where a folder cannot be used. */
async function beginWorkspaces(options, { slots, upstream }, env) {
    const isAtWork = (directory) => slots.directories().some((each) => each !== undefined && isInside(directory, each));
    const forget = (directory) => disposeInstance(upstream, directory);
    try {
        const state = options.state ?? stateOf(env);
        const path = env['PATH'] ?? '';
        return await openWorkspaces({ ...options, state, path, isAtWork, forget });
    }
    catch (error) {
        const problem = `cannot be used (${(0,errors/* messageOf */.bD)(error)})`;
        throw unusable('workspaces-state', problem, 'a directory that this user may write in');
    }
}
/** The user's own; one who is in no list of users has none, and this throws. */
function stateOf(env) {
    const base = env['XDG_STATE_HOME'] || (0,external_node_path_namespaceObject.join)((0,external_node_os_namespaceObject.homedir)(), '.local', 'state');
    return (0,external_node_path_namespaceObject.join)(base, 'mention-loop', 'workspaces');
}
/**
 * OpenCode keeps what it has read of a directory: configuration, agents, what was changed. Where it
 * does not answer, it has nothing in memory as a rule.
 */
async function disposeInstance(upstream, directory) {
    const place = upstream.place();
    if (place === undefined)
        return;
    const path = `/instance/dispose?directory=${encodeURIComponent(directory)}`;
    await get(place, path, AbortSignal.timeout(statusMs), 'POST').catch(() => undefined);
}

;// CONCATENATED MODULE: ./build/serving.js
var serving_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
    if (value !== null && value !== void 0) {
        if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
        var dispose, inner;
        if (async) {
            if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
            dispose = value[Symbol.asyncDispose];
        }
        if (dispose === void 0) {
            if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
            dispose = value[Symbol.dispose];
            if (async) inner = dispose;
        }
        if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
        if (inner) dispose = function() { try { inner.call(this); } catch (e) { return Promise.reject(e); } };
        env.stack.push({ value: value, dispose: dispose, async: async });
    }
    else if (async) {
        env.stack.push({ async: true });
    }
    return value;
};
var serving_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
    return function (env) {
        function fail(e) {
            env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
            env.hasError = true;
        }
        var r, s = 0;
        function next() {
            while (r = env.stack.pop()) {
                try {
                    if (!r.async && s === 1) return s = 0, env.stack.push(r), Promise.resolve().then(next);
                    if (r.dispose) {
                        var result = r.dispose.call(r.value);
                        if (r.async) return s |= 2, Promise.resolve(result).then(next, function(e) { fail(e); return next(); });
                    }
                    else s |= 1;
                }
                catch (e) {
                    fail(e);
                }
            }
            if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
            if (env.hasError) throw env.error;
        }
        return next();
    };
})(typeof SuppressedError === "function" ? SuppressedError : function (error, suppressed, message) {
    var e = new Error(message);
    return e.name = "SuppressedError", e.error = error, e.suppressed = suppressed, e;
});


























/** The whole of `serve`; resolves with the process's exit status, and never rejects. */
async function serve(argv, io) {
    try {
        const given = readFlags(argv, io.env);
        if (given === undefined)
            io.out(renderHelp());
        else
            await serving_guard(given, io);
        return 0;
    }
    catch (thrown) {
        if (io.stop.aborted && thrown === io.stop.reason)
            return 0;
        const error = (0,errors/* toActionError */.ie)(thrown);
        io.tell(error.reason === 'invalid-input' ? oneLine(error) : error.sentence);
        return error.reason === 'invalid-input' ? 2 : 1;
    }
}
/** Listens, sees to OpenCode, and stays until it is told to stop. */
async function serving_guard(given, io) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const options = readOptions(given);
        const renewable = readRenewable(given);
        const resources = serving_addDisposableResource(env_1, new AsyncDisposableStack(), true);
        const behind = { upstream: { place: () => undefined } };
        const setting = createSetting(options, { place: () => behind.upstream.place() }, io);
        resources.defer(() => setting.report.flush());
        setting.tokens = renewable.tokens;
        if (options.workspaces !== undefined)
            setting.workspaces = await beginWorkspaces(options.workspaces, setting, io.env);
        // Where OpenCode has another user, it has our group: see docs/remote.md.
        if (options.workspaces !== undefined && options.behind.kind === 'upstream')
            process.umask(0o007);
        const front = resources.use(await openFront(options, renewable.pair, setting));
        io.onRenew(() => renew(given, front, io));
        warnOfOpenDoor(options, renewable.pair !== undefined, io);
        const temp = (0,external_node_fs_.mkdtempSync)((0,external_node_path_namespaceObject.join)((0,external_node_os_namespaceObject.tmpdir)(), 'mention-loop-serve-'));
        resources.defer(() => (0,external_node_fs_.rmSync)(temp, { recursive: true, force: true }));
        const server = options.behind.kind === 'own'
            ? resources.use(superviseOwn(options.behind, setting, { front, temp }, io))
            : await attach(options.behind, setting, io);
        behind.upstream = server;
        const watching = new AbortController();
        const watched = watchSessions({ ...setting, signal: watching.signal });
        io.tell(`Listening on ${options.host}:${front.address.port}.`);
        try {
            await server.run();
            await front.drain(options.drainMs, io.hurry);
        }
        finally {
            watching.abort();
            await watched;
        }
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        const result_1 = serving_disposeResources(env_1);
        if (result_1)
            await result_1;
    }
}
function createSetting(options, upstream, io) {
    const { roots, maxBodyBytes, maxSessions, allow, behind } = options;
    return {
        limits: { maxBodyBytes },
        routes: [...ownRoutes, ...allow],
        bounds: { roots, directory: behind.kind === 'own' ? behind.directory : undefined },
        whereabouts: createWhereabouts(upstream),
        tokens: [],
        upstream,
        slots: createSlots(maxSessions),
        delays: createDelays(),
        report: createReport(io.out, io.tell),
        open: new Roll(),
        isDraining: false,
        waiting: 0,
        workspaces: undefined,
        jobs: 0,
        isReady: createReadiness(upstream),
    };
}
/** What cannot be read leaves everything as it is: a typing error must lock nobody out. */
function renew(given, front, io) {
    try {
        front.renew(readRenewable(given));
        io.tell('Tokens and certificate were read again.');
    }
    catch (thrown) {
        io.tell(`Nothing was renewed: ${oneLine((0,errors/* toActionError */.ie)(thrown))}`);
    }
}
function warnOfOpenDoor({ host }, isSecure, io) {
    if (isSecure || isLoopback(host))
        return;
    io.tell(`Warning: --listen ${host} is open to the network without TLS: tokens can be read on the way.`);
}
function isLoopback(host) {
    return /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/.test(host);
}
async function attach({ url, authorization }, setting, { stop, tell }) {
    const place = { url, authorization };
    await proveUpstream(place, stop);
    if (setting.bounds.roots.length > 0 || setting.workspaces !== undefined)
        setting.bounds = { ...setting.bounds, directory: await askDirectory(place, stop) };
    if (url.protocol === 'http:' && !isLoopback(url.hostname))
        tell('Warning: --upstream is another machine without TLS: its password can be read on the way.');
    if (authorization === undefined)
        tell('Warning: --upstream has no password: whoever reaches it needs no token.');
    const stopped = Promise.withResolvers();
    stop.addEventListener('abort', () => stopped.resolve());
    return { place: () => place, run: () => (stop.aborted ? Promise.resolve() : stopped.promise) };
}
/** OpenCode as the action starts it: found or installed, on loopback, with a password of its own. */
function superviseOwn(behind, setting, { front: { address }, temp }, { env, tell, stop }) {
    // Known by the port that it stands behind: what a front that was killed left there is found again.
    const mark = (0,external_node_crypto_namespaceObject.createHash)('sha256')
        .update(`serve ${address.address} ${address.port}`)
        .digest('hex');
    let binary;
    return supervise({
        signal: stop,
        start: async (signal) => {
            binary ??= await find(behind, temp, env, tell, signal);
            await stopServer(undefined, mark);
            return await startChild({ ...behind, binary, temp, mark, env }, signal);
        },
        onEnd: (how, pauseMs) => {
            setting.slots.clear();
            setting.report.count('restarts');
            tell(`${how} It is started again in ${pauseMs / 1_000} s.`);
        },
    });
}
async function find({ path, version, cache }, temp, env, tell, signal) {
    const home = env['XDG_CACHE_HOME'] || (0,external_node_path_namespaceObject.join)((0,external_node_os_namespaceObject.homedir)(), '.cache');
    const toolCache = cache ?? (0,external_node_path_namespaceObject.join)(home, 'mention-loop');
    return await findBinary({
        version,
        path,
        toolCache,
        temp,
        env,
        warn: tell,
        progress: tell,
        signal,
    });
}
async function startChild(options, signal) {
    const { binary, directory: workspace, temp, mark, agentEnv } = options;
    const env = agentEnvironment(options.env, { allow: agentEnv, secrets: [] });
    const config = localConfig({ share: false }, options.config);
    const onSpawn = () => { };
    const own = { binary, workspace, env, agentEnv, config, temp, mark };
    const server = await startLocal({ ...own, signal, onSpawn });
    const { url, headers } = server;
    const gone = server.gone?.then((error) => {
        const secrets = secretsOf(own).map(({ value }) => value);
        const last = describeLog(readTail(log_logPathOf(temp, mark)), secrets);
        return `${(0,errors/* messageOf */.bD)(error)}. ${last}`;
    });
    return {
        place: { url: new URL(url), authorization: headers['authorization'] },
        gone: gone ?? new Promise(() => { }),
        [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
}
function oneLine(error) {
    return error.sentence.replaceAll(/\s+/g, ' ');
}


/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		// no module.id needed
/******/ 		// no module.loaded needed
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/async module */
/******/ (() => {
/******/ 	var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
/******/ 	var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
/******/ 	var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
/******/ 	var resolveQueue = (queue) => {
/******/ 		if(queue && queue.d < 1) {
/******/ 			queue.d = 1;
/******/ 			queue.forEach((fn) => (fn.r--));
/******/ 			queue.forEach((fn) => (fn.r-- ? fn.r++ : fn()));
/******/ 		}
/******/ 	}
/******/ 	var wrapDeps = (deps) => (deps.map((dep) => {
/******/ 		if(dep !== null && typeof dep === "object") {
/******/ 			if(dep[webpackQueues]) return dep;
/******/ 			if(dep.then) {
/******/ 				var queue = [];
/******/ 				queue.d = 0;
/******/ 				dep.then((r) => {
/******/ 					obj[webpackExports] = r;
/******/ 					resolveQueue(queue);
/******/ 				}, (e) => {
/******/ 					obj[webpackError] = e;
/******/ 					resolveQueue(queue);
/******/ 				});
/******/ 				var obj = {};
/******/ 				obj[webpackQueues] = (fn) => (fn(queue));
/******/ 				return obj;
/******/ 			}
/******/ 		}
/******/ 		var ret = {};
/******/ 		ret[webpackQueues] = x => {};
/******/ 		ret[webpackExports] = dep;
/******/ 		return ret;
/******/ 	}));
/******/ 	__nccwpck_require__.a = (module, body, hasAwait) => {
/******/ 		var queue;
/******/ 		hasAwait && ((queue = []).d = -1);
/******/ 		var depQueues = new Set();
/******/ 		var exports = module.exports;
/******/ 		var currentDeps;
/******/ 		var outerResolve;
/******/ 		var reject;
/******/ 		var promise = new Promise((resolve, rej) => {
/******/ 			reject = rej;
/******/ 			outerResolve = resolve;
/******/ 		});
/******/ 		promise[webpackExports] = exports;
/******/ 		promise[webpackQueues] = (fn) => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
/******/ 		module.exports = promise;
/******/ 		body((deps) => {
/******/ 			currentDeps = wrapDeps(deps);
/******/ 			var fn;
/******/ 			var getResult = () => (currentDeps.map((d) => {
/******/ 				if(d[webpackError]) throw d[webpackError];
/******/ 				return d[webpackExports];
/******/ 			}))
/******/ 			var promise = new Promise((resolve) => {
/******/ 				fn = () => (resolve(getResult));
/******/ 				fn.r = 0;
/******/ 				var fnQueue = (q) => (q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn))));
/******/ 				currentDeps.map((dep) => (dep[webpackQueues](fnQueue)));
/******/ 			});
/******/ 			return fn.r ? promise : getResult();
/******/ 		}, (err) => ((err ? reject(promise[webpackError] = err) : outerResolve(exports)), resolveQueue(queue)));
/******/ 		queue && queue.d < 0 && (queue.d = 0);
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/************************************************************************/
/******/ 
/******/ // startup
/******/ // Load entry module and return exports
/******/ // This entry module used 'module' so it can't be inlined
/******/ var __webpack_exports__ = __nccwpck_require__(883);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
