import * as z from 'zod';

/** A raster image inside a page itself: a page never loads one from elsewhere. */
export const imageUri = z.string().regex(/^data:image\/(?:png|jpeg|webp|avif);base64,[A-Za-z0-9+/]+={0,2}$/);
