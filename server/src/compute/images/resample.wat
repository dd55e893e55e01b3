;; Weighted sums of 8-bit pixels in fixed point, 22 bits behind the point, rounded and clipped to 8 bits.
;; Taps of output n: weights from start[n] to before start[n + 1], of the inputs from first[n] on.
(module
  (memory (export "memory") 1)

  ;; Resamples each of `rows` rows to `count` pixels: three colours of a pixel at once.
  ;; Reads one byte behind the last pixel of a row, and writes one.
  (func (export "across")
    (param $source i32) (param $source_row i32) (param $rows i32)
    (param $first i32) (param $start i32) (param $weights i32) (param $count i32)
    (param $target i32) (param $target_row i32)
    (local $n i32) (local $from i32) (local $to i32) (local $tap i32) (local $end i32) (local $sum v128)
    (loop $row
      (local.set $to (local.get $target))
      (local.set $n (i32.const 0))
      (loop $pixel
        (local.set $from (i32.add (local.get $source)
          (i32.mul (i32.const 3) (i32.load (i32.add (local.get $first) (i32.shl (local.get $n) (i32.const 2)))))))
        (local.set $tap (i32.add (local.get $start) (i32.shl (local.get $n) (i32.const 2))))
        (local.set $end (i32.add (local.get $weights) (i32.shl (i32.load offset=4 (local.get $tap)) (i32.const 2))))
        (local.set $tap (i32.add (local.get $weights) (i32.shl (i32.load (local.get $tap)) (i32.const 2))))
        (local.set $sum (v128.const i32x4 0x200000 0x200000 0x200000 0x200000))
        (loop $taps
          (local.set $sum (i32x4.add (local.get $sum)
            (i32x4.mul (v128.load32_splat (local.get $tap))
              (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero (local.get $from)))))))
          (local.set $from (i32.add (local.get $from) (i32.const 3)))
          (local.set $tap (i32.add (local.get $tap) (i32.const 4)))
          (br_if $taps (i32.lt_u (local.get $tap) (local.get $end))))
        (local.set $sum (i32x4.shr_s (local.get $sum) (i32.const 22)))
        (local.set $sum (i16x8.narrow_i32x4_s (local.get $sum) (local.get $sum)))
        (v128.store32_lane 0 (local.get $to) (i8x16.narrow_i16x8_u (local.get $sum) (local.get $sum)))
        (local.set $to (i32.add (local.get $to) (i32.const 3)))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_if $pixel (i32.lt_u (local.get $n) (local.get $count))))
      (local.set $source (i32.add (local.get $source) (local.get $source_row)))
      (local.set $target (i32.add (local.get $target) (local.get $target_row)))
      (local.set $rows (i32.sub (local.get $rows) (i32.const 1)))
      (br_if $row (local.get $rows))))

  ;; Makes `count` rows of rows of `row` bytes, a multiple of 16: so many values at once.
  (func (export "down")
    (param $source i32) (param $row i32)
    (param $first i32) (param $start i32) (param $weights i32) (param $count i32)
    (param $target i32)
    (local $n i32) (local $x i32) (local $from i32) (local $tap i32) (local $top i32) (local $begin i32) (local $end i32)
    (local $weight v128) (local $values v128) (local $half v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (loop $rows
      (local.set $top (i32.add (local.get $source)
        (i32.mul (local.get $row) (i32.load (i32.add (local.get $first) (i32.shl (local.get $n) (i32.const 2)))))))
      (local.set $tap (i32.add (local.get $start) (i32.shl (local.get $n) (i32.const 2))))
      (local.set $begin (i32.add (local.get $weights) (i32.shl (i32.load (local.get $tap)) (i32.const 2))))
      (local.set $end (i32.add (local.get $weights) (i32.shl (i32.load offset=4 (local.get $tap)) (i32.const 2))))
      (local.set $x (i32.const 0))
      (loop $sixteen
        (local.set $a (v128.const i32x4 0x200000 0x200000 0x200000 0x200000))
        (local.set $b (local.get $a))
        (local.set $c (local.get $a))
        (local.set $d (local.get $a))
        (local.set $from (i32.add (local.get $top) (local.get $x)))
        (local.set $tap (local.get $begin))
        (loop $taps
          (local.set $weight (v128.load32_splat (local.get $tap)))
          (local.set $values (v128.load (local.get $from)))
          (local.set $half (i16x8.extend_low_i8x16_u (local.get $values)))
          (local.set $a (i32x4.add (local.get $a)
            (i32x4.mul (local.get $weight) (i32x4.extend_low_i16x8_u (local.get $half)))))
          (local.set $b (i32x4.add (local.get $b)
            (i32x4.mul (local.get $weight) (i32x4.extend_high_i16x8_u (local.get $half)))))
          (local.set $half (i16x8.extend_high_i8x16_u (local.get $values)))
          (local.set $c (i32x4.add (local.get $c)
            (i32x4.mul (local.get $weight) (i32x4.extend_low_i16x8_u (local.get $half)))))
          (local.set $d (i32x4.add (local.get $d)
            (i32x4.mul (local.get $weight) (i32x4.extend_high_i16x8_u (local.get $half)))))
          (local.set $from (i32.add (local.get $from) (local.get $row)))
          (local.set $tap (i32.add (local.get $tap) (i32.const 4)))
          (br_if $taps (i32.lt_u (local.get $tap) (local.get $end))))
        (v128.store (i32.add (local.get $target) (local.get $x))
          (i8x16.narrow_i16x8_u
            (i16x8.narrow_i32x4_s
              (i32x4.shr_s (local.get $a) (i32.const 22)) (i32x4.shr_s (local.get $b) (i32.const 22)))
            (i16x8.narrow_i32x4_s
              (i32x4.shr_s (local.get $c) (i32.const 22)) (i32x4.shr_s (local.get $d) (i32.const 22)))))
        (local.set $x (i32.add (local.get $x) (i32.const 16)))
        (br_if $sixteen (i32.lt_u (local.get $x) (local.get $row))))
      (local.set $target (i32.add (local.get $target) (local.get $row)))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $rows (i32.lt_u (local.get $n) (local.get $count))))))
