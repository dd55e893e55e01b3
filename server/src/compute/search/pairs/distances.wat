;; What a sieve of pairs does with many at once: squared distances of pairs of vectors in float32. A vector takes a multiple of 64 bytes, filled up with zeros.
(module
  (memory (export "memory") 1)

  ;; `pairs` are `count` times the places of two vectors; there is one. Each distance is written to `target`.
  (func (export "distances") (param $pairs i32) (param $count i32) (param $bytes i32) (param $target i32)
    (local $a i32) (local $b i32) (local $end i32)
    (local $w v128) (local $x v128) (local $y v128) (local $z v128) (local $apart v128)
    (loop $pair
      (local.set $a (i32.load (local.get $pairs)))
      (local.set $b (i32.load offset=4 (local.get $pairs)))
      (local.set $end (i32.add (local.get $a) (local.get $bytes)))
      (local.set $w (v128.const i32x4 0 0 0 0))
      (local.set $x (local.get $w))
      (local.set $y (local.get $w))
      (local.set $z (local.get $w))
      (loop $values
        (local.set $apart (f32x4.sub (v128.load (local.get $a)) (v128.load (local.get $b))))
        (local.set $w (f32x4.add (local.get $w) (f32x4.mul (local.get $apart) (local.get $apart))))
        (local.set $apart (f32x4.sub (v128.load offset=16 (local.get $a)) (v128.load offset=16 (local.get $b))))
        (local.set $x (f32x4.add (local.get $x) (f32x4.mul (local.get $apart) (local.get $apart))))
        (local.set $apart (f32x4.sub (v128.load offset=32 (local.get $a)) (v128.load offset=32 (local.get $b))))
        (local.set $y (f32x4.add (local.get $y) (f32x4.mul (local.get $apart) (local.get $apart))))
        (local.set $apart (f32x4.sub (v128.load offset=48 (local.get $a)) (v128.load offset=48 (local.get $b))))
        (local.set $z (f32x4.add (local.get $z) (f32x4.mul (local.get $apart) (local.get $apart))))
        (local.set $a (i32.add (local.get $a) (i32.const 64)))
        (local.set $b (i32.add (local.get $b) (i32.const 64)))
        (br_if $values (i32.lt_u (local.get $a) (local.get $end))))
      (local.set $w (f32x4.add
        (f32x4.add (local.get $w) (local.get $x))
        (f32x4.add (local.get $y) (local.get $z))))
      (f32.store (local.get $target) (f32.add
        (f32.add (f32x4.extract_lane 0 (local.get $w)) (f32x4.extract_lane 1 (local.get $w)))
        (f32.add (f32x4.extract_lane 2 (local.get $w)) (f32x4.extract_lane 3 (local.get $w)))))
      (local.set $target (i32.add (local.get $target) (i32.const 4)))
      (local.set $pairs (i32.add (local.get $pairs) (i32.const 8)))
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (br_if $pair (local.get $count))))

  ;; Writes to `target` where among `bytes` bytes, a multiple of 16, are those of 128 and more; gives how many there are.
  (func (export "high") (param $from i32) (param $bytes i32) (param $target i32) (result i32)
    (local $at i32) (local $bits i32) (local $next i32)
    (local.set $next (local.get $target))
    (loop $sixteen
      (local.set $bits (i8x16.bitmask (v128.load (i32.add (local.get $from) (local.get $at)))))
      (if (local.get $bits) (then
        (loop $each
          (i32.store (local.get $next) (i32.add (local.get $at) (i32.ctz (local.get $bits))))
          (local.set $next (i32.add (local.get $next) (i32.const 4)))
          (local.set $bits (i32.and (local.get $bits) (i32.sub (local.get $bits) (i32.const 1))))
          (br_if $each (local.get $bits)))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $sixteen (i32.lt_u (local.get $at) (local.get $bytes))))
    (i32.shr_u (i32.sub (local.get $next) (local.get $target)) (i32.const 2))))
