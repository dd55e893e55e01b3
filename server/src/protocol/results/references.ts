/** A work that is cited. */
export interface Work {
  /** As a text names it: authors and year. */
  readonly short: string;
  /** An entry type of BibTeX. */
  readonly type: 'article' | 'inproceedings' | 'book' | 'misc';
  /** By the names of BibTeX's fields, in plain text. */
  readonly fields: Readonly<Record<string, string>>;
}

/** The works that plugins and stages rest on, by the keys that a text cites them by. */
export const REFERENCES = {
  bhat2023clip: {
    short: 'Bhat and Jain, 2023',
    type: 'misc',
    fields: {
      author: 'Bhat, Aaditya and Jain, Shrey',
      title: 'Face Recognition in the age of CLIP & Billion image datasets',
      year: '2023',
      eprint: '2301.07315',
      archiveprefix: 'arXiv',
    },
  },
  liu2015celeba: {
    short: 'Liu et al., 2015',
    type: 'inproceedings',
    fields: {
      author: 'Liu, Ziwei and Luo, Ping and Wang, Xiaogang and Tang, Xiaoou',
      title: 'Deep Learning Face Attributes in the Wild',
      booktitle: 'IEEE International Conference on Computer Vision (ICCV)',
      year: '2015',
    },
  },
  king2009dlib: {
    short: 'King, 2009',
    type: 'article',
    fields: {
      author: 'King, Davis E.',
      title: 'Dlib-ml: A Machine Learning Toolkit',
      journal: 'Journal of Machine Learning Research',
      volume: '10',
      pages: '1755--1758',
      year: '2009',
    },
  },
  deng2019arcface: {
    short: 'Deng et al., 2019',
    type: 'inproceedings',
    fields: {
      author: 'Deng, Jiankang and Guo, Jia and Xue, Niannan and Zafeiriou, Stefanos',
      title: 'ArcFace: Additive Angular Margin Loss for Deep Face Recognition',
      booktitle: 'IEEE/CVF Conference on Computer Vision and Pattern Recognition (CVPR)',
      year: '2019',
    },
  },
  radford2021clip: {
    short: 'Radford et al., 2021',
    type: 'inproceedings',
    fields: {
      author:
        'Radford, Alec and Kim, Jong Wook and Hallacy, Chris and Ramesh, Aditya and Goh, Gabriel and Agarwal, Sandhini and Sastry, Girish and Askell, Amanda and Mishkin, Pamela and Clark, Jack and Krueger, Gretchen and Sutskever, Ilya',
      title: 'Learning Transferable Visual Models From Natural Language Supervision',
      booktitle: 'International Conference on Machine Learning (ICML)',
      year: '2021',
    },
  },
  schuhmann2022laion: {
    short: 'Schuhmann et al., 2022',
    type: 'inproceedings',
    fields: {
      author: 'Schuhmann, Christoph and Beaumont, Romain and Vencu, Richard and others',
      title: 'LAION-5B: An open large-scale dataset for training next generation image-text models',
      booktitle: 'Advances in Neural Information Processing Systems (NeurIPS), Datasets and Benchmarks',
      year: '2022',
    },
  },
  malkov2020hnsw: {
    short: 'Malkov and Yashunin, 2020',
    type: 'article',
    fields: {
      author: 'Malkov, Yu A. and Yashunin, D. A.',
      title: 'Efficient and Robust Approximate Nearest Neighbor Search Using Hierarchical Navigable Small World Graphs',
      journal: 'IEEE Transactions on Pattern Analysis and Machine Intelligence',
      volume: '42',
      number: '4',
      pages: '824--836',
      year: '2020',
    },
  },
  shan2020fawkes: {
    short: 'Shan et al., 2020',
    type: 'inproceedings',
    fields: {
      author: 'Shan, Shawn and Wenger, Emily and Zhang, Jiayun and Li, Huiying and Zheng, Haitao and Zhao, Ben Y.',
      title: 'Fawkes: Protecting Privacy against Unauthorized Deep Learning Models',
      booktitle: 'USENIX Security Symposium',
      year: '2020',
    },
  },
  cherepanova2021lowkey: {
    short: 'Cherepanova et al., 2021',
    type: 'inproceedings',
    fields: {
      author:
        'Cherepanova, Valeriia and Goldblum, Micah and Foley, Harrison and Duan, Shiyuan and Dickerson, John P. and Taylor, Gavin and Goldstein, Tom',
      title: 'LowKey: Leveraging Adversarial Attacks to Protect Social Media Users from Facial Recognition',
      booktitle: 'International Conference on Learning Representations (ICLR)',
      year: '2021',
    },
  },
  madry2018pgd: {
    short: 'Madry et al., 2018',
    type: 'inproceedings',
    fields: {
      author: 'Madry, Aleksander and Makelov, Aleksandar and Schmidt, Ludwig and Tsipras, Dimitris and Vladu, Adrian',
      title: 'Towards Deep Learning Models Resistant to Adversarial Attacks',
      booktitle: 'International Conference on Learning Representations (ICLR)',
      year: '2018',
    },
  },
  dong2018momentum: {
    short: 'Dong et al., 2018',
    type: 'inproceedings',
    fields: {
      author:
        'Dong, Yinpeng and Liao, Fangzhou and Pang, Tianyu and Su, Hang and Zhu, Jun and Hu, Xiaolin and Li, Jianguo',
      title: 'Boosting Adversarial Attacks with Momentum',
      booktitle: 'IEEE/CVF Conference on Computer Vision and Pattern Recognition (CVPR)',
      year: '2018',
    },
  },
  xie2019diversity: {
    short: 'Xie et al., 2019',
    type: 'inproceedings',
    fields: {
      author:
        'Xie, Cihang and Zhang, Zhishuai and Zhou, Yuyin and Bai, Song and Wang, Jianyu and Ren, Zhou and Yuille, Alan L.',
      title: 'Improving Transferability of Adversarial Examples with Input Diversity',
      booktitle: 'IEEE/CVF Conference on Computer Vision and Pattern Recognition (CVPR)',
      year: '2019',
    },
  },
  zhang2018lpips: {
    short: 'Zhang et al., 2018',
    type: 'inproceedings',
    fields: {
      author: 'Zhang, Richard and Isola, Phillip and Efros, Alexei A. and Shechtman, Eli and Wang, Oliver',
      title: 'The Unreasonable Effectiveness of Deep Features as a Perceptual Metric',
      booktitle: 'IEEE/CVF Conference on Computer Vision and Pattern Recognition (CVPR)',
      year: '2018',
    },
  },
  wang2004ssim: {
    short: 'Wang et al., 2004',
    type: 'article',
    fields: {
      author: 'Wang, Zhou and Bovik, Alan C. and Sheikh, Hamid R. and Simoncelli, Eero P.',
      title: 'Image Quality Assessment: From Error Visibility to Structural Similarity',
      journal: 'IEEE Transactions on Image Processing',
      volume: '13',
      number: '4',
      pages: '600--612',
      year: '2004',
    },
  },
  wilson1927interval: {
    short: 'Wilson, 1927',
    type: 'article',
    fields: {
      author: 'Wilson, Edwin B.',
      title: 'Probable Inference, the Law of Succession, and Statistical Inference',
      journal: 'Journal of the American Statistical Association',
      volume: '22',
      number: '158',
      pages: '209--212',
      year: '1927',
    },
  },
  mcnemar1947: {
    short: 'McNemar, 1947',
    type: 'article',
    fields: {
      author: 'McNemar, Quinn',
      title: 'Note on the Sampling Error of the Difference Between Correlated Proportions or Percentages',
      journal: 'Psychometrika',
      volume: '12',
      number: '2',
      pages: '153--157',
      year: '1947',
    },
  },
  holm1979: {
    short: 'Holm, 1979',
    type: 'article',
    fields: {
      author: 'Holm, Sture',
      title: 'A Simple Sequentially Rejective Multiple Test Procedure',
      journal: 'Scandinavian Journal of Statistics',
      volume: '6',
      number: '2',
      pages: '65--70',
      year: '1979',
    },
  },
  efron1993bootstrap: {
    short: 'Efron and Tibshirani, 1993',
    type: 'book',
    fields: {
      author: 'Efron, Bradley and Tibshirani, Robert J.',
      title: 'An Introduction to the Bootstrap',
      publisher: 'Chapman & Hall',
      year: '1993',
    },
  },
} as const satisfies Readonly<Record<string, Work>>;

export type ReferenceKey = keyof typeof REFERENCES;
