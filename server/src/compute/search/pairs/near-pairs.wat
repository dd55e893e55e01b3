;; What a sieve of pairs does with many at once. A vector is of whole numbers of 16 bits and takes a multiple of 64 bytes,
;; filled up with zeros; its norm is at most 2^15 or so, so that a product of two fits into 32 bits.
(module
  (memory (export "memory") 1)

  ;; Of `count` places, a row's number times `columns` and a column's, writes those to `target`, each with its product, of
  ;; which the product less the row's number in `halves` is at least the column's in `least`; gives how many there are.
  ;; The vectors of rows begin at `rows`, those of columns at `queries`. There is a place.
  (func (export "near") (param $places i32) (param $count i32) (param $columns i32) (param $bytes i32)
      (param $rows i32) (param $queries i32) (param $halves i32) (param $least i32) (param $target i32) (result i32)
    (local $place i32) (local $row i32) (local $column i32) (local $a i32) (local $b i32) (local $end i32)
    (local $product i32) (local $next i32)
    (local $w v128) (local $x v128) (local $y v128) (local $z v128)
    (local.set $next (local.get $target))
    (loop $each
      (local.set $place (i32.load (local.get $places)))
      (local.set $row (i32.div_u (local.get $place) (local.get $columns)))
      (local.set $column (i32.sub (local.get $place) (i32.mul (local.get $row) (local.get $columns))))
      (local.set $a (i32.add (local.get $rows) (i32.mul (local.get $row) (local.get $bytes))))
      (local.set $b (i32.add (local.get $queries) (i32.mul (local.get $column) (local.get $bytes))))
      (local.set $end (i32.add (local.get $a) (local.get $bytes)))
      (local.set $w (v128.const i32x4 0 0 0 0))
      (local.set $x (local.get $w))
      (local.set $y (local.get $w))
      (local.set $z (local.get $w))
      (loop $values
        (local.set $w (i32x4.add (local.get $w)
          (i32x4.dot_i16x8_s (v128.load (local.get $a)) (v128.load (local.get $b)))))
        (local.set $x (i32x4.add (local.get $x)
          (i32x4.dot_i16x8_s (v128.load offset=16 (local.get $a)) (v128.load offset=16 (local.get $b)))))
        (local.set $y (i32x4.add (local.get $y)
          (i32x4.dot_i16x8_s (v128.load offset=32 (local.get $a)) (v128.load offset=32 (local.get $b)))))
        (local.set $z (i32x4.add (local.get $z)
          (i32x4.dot_i16x8_s (v128.load offset=48 (local.get $a)) (v128.load offset=48 (local.get $b)))))
        (local.set $a (i32.add (local.get $a) (i32.const 64)))
        (local.set $b (i32.add (local.get $b) (i32.const 64)))
        (br_if $values (i32.lt_u (local.get $a) (local.get $end))))
      (local.set $w (i32x4.add
        (i32x4.add (local.get $w) (local.get $x))
        (i32x4.add (local.get $y) (local.get $z))))
      (local.set $product (i32.add
        (i32.add (i32x4.extract_lane 0 (local.get $w)) (i32x4.extract_lane 1 (local.get $w)))
        (i32.add (i32x4.extract_lane 2 (local.get $w)) (i32x4.extract_lane 3 (local.get $w)))))
      (if (i32.ge_s
            (i32.sub (local.get $product) (i32.load (i32.add (local.get $halves) (i32.shl (local.get $row) (i32.const 2)))))
            (i32.load (i32.add (local.get $least) (i32.shl (local.get $column) (i32.const 2)))))
        (then
          (i32.store (local.get $next) (local.get $place))
          (i32.store offset=4 (local.get $next) (local.get $product))
          (local.set $next (i32.add (local.get $next) (i32.const 8)))))
      (local.set $places (i32.add (local.get $places) (i32.const 4)))
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (br_if $each (local.get $count)))
    (i32.shr_u (i32.sub (local.get $next) (local.get $target)) (i32.const 3))))
