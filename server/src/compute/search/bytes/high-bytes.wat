;; Finds the few of many bytes that passed a sieve.
(module
  (memory (export "memory") 1)

  ;; Writes to `target` where among `bytes` bytes, a multiple of 32, are those of 128 and more; gives how many there are.
  (func (export "high") (param $from i32) (param $bytes i32) (param $target i32) (result i32)
    (local $at i32) (local $bits i32) (local $next i32) (local $end i32)
    (local.set $next (local.get $target))
    (loop $line
      ;; Most lines have none.
      (if (i8x16.bitmask (v128.or
            (v128.load (i32.add (local.get $from) (local.get $at)))
            (v128.load offset=16 (i32.add (local.get $from) (local.get $at)))))
        (then
          (local.set $end (i32.add (local.get $at) (i32.const 32)))
          (loop $sixteen
            (local.set $bits (i8x16.bitmask (v128.load (i32.add (local.get $from) (local.get $at)))))
            (if (local.get $bits) (then
              (loop $each
                (i32.store (local.get $next) (i32.add (local.get $at) (i32.ctz (local.get $bits))))
                (local.set $next (i32.add (local.get $next) (i32.const 4)))
                (local.set $bits (i32.and (local.get $bits) (i32.sub (local.get $bits) (i32.const 1))))
                (br_if $each (local.get $bits)))))
            (local.set $at (i32.add (local.get $at) (i32.const 16)))
            (br_if $sixteen (i32.lt_u (local.get $at) (local.get $end)))))
        (else (local.set $at (i32.add (local.get $at) (i32.const 32)))))
      (br_if $line (i32.lt_u (local.get $at) (local.get $bytes))))
    (i32.shr_u (i32.sub (local.get $next) (local.get $target)) (i32.const 2))))
