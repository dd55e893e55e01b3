import type { Colour, Identity } from './identity.js';
import type { Scene } from './scene.js';

type Says = (who: Identity, how: Scene) => boolean;

/**
 * What a portrait was drawn with, as yes or no: under CelebA's names where CelebA asks the same. What grows by degrees is
 * said where it is plain to see.
 */
const ATTRIBUTES: Readonly<Record<string, Says>> = {
  Male: ({ masculine }) => masculine,
  Eyeglasses: ({ glasses }) => glasses.worn,
  Smiling: (_, { expression }) => expression.smile > 0,
  Mouth_Slightly_Open: (_, { expression }) => expression.open > 0,
  Bald: ({ hair }) => hair.style === 'bald',
  Short_Hair: ({ hair }) => hair.style === 'short',
  Long_Hair: ({ hair }) => hair.style === 'long',
  Black_Hair: hasHair(({ hair }) => brightness(hair.colour) < 0.03),
  Brown_Hair: hasHair(({ hair }) => isBetween(brightness(hair.colour), 0.03, 0.2) && !isRed(hair.colour)),
  Red_Hair: hasHair(({ hair }) => isRed(hair.colour)),
  Blond_Hair: hasHair(({ hair }) => brightness(hair.colour) > 0.3 && !isGray(hair.colour)),
  Gray_Hair: hasHair(({ hair }) => isGray(hair.colour)),
  No_Beard: ({ beard }) => beard.kind === 'none',
  Stubble: ({ beard }) => beard.kind === 'stubble',
  Mustache: ({ beard }) => beard.kind === 'moustache',
  Full_Beard: ({ beard }) => beard.kind === 'full',
  Pale_Skin: ({ skin }) => skin[0] > 0.6,
  Dark_Skin: ({ skin }) => skin[0] < 0.36,
  Turned_Left: (_, { pose }) => pose.yaw < -0.2,
  Turned_Right: (_, { pose }) => pose.yaw > 0.2,
  Light_From_Left: (_, { light }) => light.direction[0] < -0.3,
  Light_From_Right: (_, { light }) => light.direction[0] > 0.3,
  Dark_Background: (_, { background }) => brightness(background.top) + brightness(background.bottom) < 0.4,
  Dark_Clothes: (_, { clothes }) => brightness(clothes) < 0.2,
  Close_Up: (_, { framing }) => framing.scale > 0.215,
};

export const ATTRIBUTE_NAMES = Object.keys(ATTRIBUTES);

/** Whether a portrait has each attribute, in the order of `ATTRIBUTE_NAMES`. */
export function attributesOf(who: Identity, how: Scene): Readonly<Record<string, boolean>> {
  return Object.fromEntries(Object.entries(ATTRIBUTES).map(([name, says]) => [name, says(who, how)]));
}

function hasHair(says: Says): Says {
  return (who, how) => who.hair.style !== 'bald' && says(who, how);
}

/** Of linear light, 0–1. */
function brightness([red, green, blue]: Colour): number {
  return (red + green + blue) / 3;
}

function isGray([red, , blue]: Colour): boolean {
  return red > 0.3 && blue > 0.8 * red;
}

function isRed([red, green]: Colour): boolean {
  return red > 0.1 && green < 0.35 * red;
}

function isBetween(value: number, low: number, high: number): boolean {
  return value >= low && value < high;
}
